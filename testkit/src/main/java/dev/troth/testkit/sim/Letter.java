package dev.troth.testkit.sim;

import dev.troth.message.Envelope;

/**
 * A message at the broker.
 *
 * @param envelope the message
 * @param expiry when it expires; never, if it is the greatest number
 * @param again it was handed out before
 */
record Letter(Envelope envelope, long expiry, boolean again) {

    static Letter posted(Envelope envelope, long now) {
        long life = envelope.timeToLive().toMillis();
        return new Letter(envelope, life == 0 ? Long.MAX_VALUE : now + life * World.MILLISECOND, false);
    }

    Letter handedOutBefore() {
        return new Letter(envelope, expiry, true);
    }

    boolean expired(long now) {
        return now >= expiry;
    }
}
