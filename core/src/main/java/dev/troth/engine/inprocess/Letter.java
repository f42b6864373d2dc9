package dev.troth.engine.inprocess;

import dev.troth.message.Envelope;
import java.time.Duration;

/**
 * An envelope on its way.
 *
 * @param envelope the envelope
 * @param expires whether it ever does
 * @param expiry when, by the clock of the bus, in nanoseconds
 * @param redelivered it was handed out before
 */
record Letter(Envelope envelope, boolean expires, long expiry, boolean redelivered) {

    static Letter posted(Envelope envelope, long now) {
        Duration ttl = envelope.timeToLive();
        boolean expires = !ttl.isZero() && ttl.compareTo(Duration.ofDays(1)) < 0; // nothing here lives for a day
        return new Letter(envelope, expires, expires ? now + ttl.toNanos() : 0, false);
    }

    Letter again() {
        return new Letter(envelope, expires, expiry, true);
    }

    boolean expired(long now) {
        return expires && now - expiry >= 0;
    }

    int bytes() {
        return envelope.body().length;
    }
}
