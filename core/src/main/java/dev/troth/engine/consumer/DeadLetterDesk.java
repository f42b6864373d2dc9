package dev.troth.engine.consumer;

import dev.troth.admin.DeadLetterChangedException;
import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterGroup;
import dev.troth.admin.DeadLetterState;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.admin.DeadLetters;
import dev.troth.admin.ReplayReport;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.Payloads;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Text;
import dev.troth.spi.CodecException;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.DeadLetterStore.Step;
import dev.troth.spi.EventTransport;
import dev.troth.tx.TrothException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators do with the dead letters of one subscriber. Sends first and marks then, so that a crash leaves a letter kept. */
public final class DeadLetterDesk implements DeadLetters {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterDesk.class);
    private static final int MAX_LIST = 10_000;

    private final Environment environment;
    private final SubscriberSpec spec;
    private final Payloads payloads;
    private final ReplayLine line;

    /** Creates it. */
    public DeadLetterDesk(Environment environment, SubscriberSpec spec, EventTransport transport, Payloads payloads) {
        this.environment = environment;
        this.spec = spec;
        this.payloads = payloads;
        this.line = new ReplayLine(environment.scheduler(), transport, spec.address());
    }

    @Override
    public List<DeadLetterGroup> groups() {
        return store().groups().stream()
                .sorted(Comparator.comparingLong(DeadLetterGroup::letters).reversed())
                .toList();
    }

    @Override
    public List<DeadLetterSummary> list(DeadLetterFilter filter, int limit) {
        if (limit < 1 || limit > MAX_LIST) {
            throw new TrothException("A list has 1 to " + MAX_LIST + " dead letters, not " + limit
                    + ". To see older ones, add .before(the last one's failedAt()).");
        }
        return store().list(filter, limit);
    }

    @Override
    public Optional<DeadLetterDetails> show(String messageId) {
        return store().find(messageId);
    }

    @Override
    public void replay(String messageId, String by) {
        replay(messageId, by, "");
    }

    void replay(String messageId, String by, String note) {
        DeadLetterDetails letter = kept(messageId);
        send(letter, letter.payload().body(), step(letter, by, note));
    }

    /** The one step after which the message may be applied, and the one after which everybody sees that it was sent. */
    private void send(DeadLetterDetails letter, byte[] body, Step step) {
        line.send(Event.again(letter, body));
        DeadLetterStore.Marked marked = store().replayed(step);
        if (marked == DeadLetterStore.Marked.NOT_KEPT) {
            throw changed(step, "It was sent now, too; what has been applied is not applied twice.");
        }
        log.debug(
                "subscriber={} message={} by={} replayed, mark: {}", spec.name(), step.messageId(), step.by(), marked);
    }

    @Override
    public ReplayReport replayAll(DeadLetterFilter filter, int perSecond, String by, Watch watch) {
        if (perSecond < 1) {
            throw new TrothException("At least 1 dead letter a second is replayed, not " + perSecond);
        }
        if (filter.state() != DeadLetterState.KEPT) {
            throw new TrothException("Only dead letters that are KEPT can be replayed, not those that are "
                    + filter.state() + ". Nothing was sent. Use DeadLetterFilter.kept().");
        }
        Step unused = step("all", 0, by, "");
        return new ReplayRun(this, store(), environment.scheduler(), by).run(filter, perSecond, watch);
    }

    @Override
    public void editAndReplay(String messageId, byte[] newBody, String by) {
        DeadLetterDetails letter = kept(messageId);
        byte[] body = newBody.clone();
        checkReadable(letter, body);
        Step edit = step(letter, by, letter.payload().body().length + " bytes became " + body.length);
        if (!store().edited(edit, body)) {
            throw changed(edit, "Nothing was changed or sent; look at it again.");
        }
        send(letter, body, new Step(messageId, edit.version() + 1, by, "with the new body"));
    }

    private void checkReadable(DeadLetterDetails letter, byte[] body) {
        String unchanged = " Nothing was changed or sent.";
        if (body.length > payloads.limit()) {
            throw new TrothException("The new body has " + body.length + " bytes, more than the limit of "
                    + payloads.limit() + "." + unchanged + " Raise .payloadLimit(bytes), or make it smaller.");
        }
        String kind = letter.payload().kind();
        Optional<SubscriberSpec.Entry<?>> entry = spec.entry(kind);
        if (entry.isEmpty()) {
            throw new TrothException("Subscriber '" + spec.name() + "' has no handler for kind '" + kind
                    + "' here, so nobody can tell whether the new body can be read." + unchanged);
        }
        try {
            Object unused = payloads.read(
                    new Payload(kind, letter.payload().contentType(), body),
                    entry.get().type());
        } catch (CodecException e) {
            throw new TrothException(
                    "The new body of '" + Text.quote(letter.letter().messageId()) + "' cannot be read as "
                            + entry.get().type().getSimpleName() + ": " + e.getMessage() + unchanged,
                    e);
        }
    }

    @Override
    public void discard(String messageId, String by, String why) {
        if (why.isBlank()) {
            throw new TrothException("Say why '" + Text.quote(messageId)
                    + "' is discarded: whoever finds it later asks." + " Nothing was done.");
        }
        Step step = step(kept(messageId), by, why);
        if (!store().discarded(step)) {
            throw changed(step, "Nothing was done.");
        }
        log.debug("subscriber={} message={} by={} discarded", spec.name(), messageId, by);
    }

    private DeadLetterStore store() {
        return spec.inbox().deadLetters();
    }

    private DeadLetterDetails kept(String messageId) {
        DeadLetterDetails letter = store().find(messageId).orElseThrow(() -> missing(messageId));
        if (letter.letter().state() != DeadLetterState.KEPT) {
            throw new DeadLetterChangedException(letter, "Nothing was done.");
        }
        return letter;
    }

    private TrothException missing(String messageId) {
        return new TrothException("Subscriber '" + spec.name() + "' has no dead letter '" + Text.quote(messageId)
                + "'. Nothing was done. Settled ones are deleted after 30 days; list(…) shows those that are there.");
    }

    private TrothException changed(Step step, String done) {
        return store().find(step.messageId())
                .<TrothException>map(found -> new DeadLetterChangedException(found, done))
                .orElseGet(() -> missing(step.messageId()));
    }

    private static Step step(DeadLetterDetails letter, String by, String note) {
        return step(letter.letter().messageId(), letter.version(), by, note);
    }

    private static Step step(String messageId, int version, String by, String note) {
        try {
            return new Step(messageId, version, by, note);
        } catch (IllegalArgumentException e) {
            throw new TrothException(String.valueOf(e.getMessage()), e);
        }
    }
}
