package dev.troth.testkit;

import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterEntry;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterGroup;
import dev.troth.admin.DeadLetterState;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.admin.DeadLetterVerb;
import dev.troth.protocol.Payload;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The dead letters of one consumer of an {@link InMemoryInbox}. */
final class InMemoryDeadLetters implements DeadLetterStore {
    private static final Comparator<DeadLetterSummary> OLDEST_FIRST =
            Comparator.comparing(DeadLetterSummary::failedAt).thenComparing(DeadLetterSummary::messageId);

    private final InstantSource clock;
    private final Map<String, DeadLetterDetails> letters = new HashMap<>(); // guarded by this, as what follows
    private final Map<String, Instant> settled = new HashMap<>();

    InMemoryDeadLetters(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void keep(DeadLetter letter) {
        String id = letter.envelope().messageId();
        Optional<DeadLetterDetails> before = find(id);
        List<DeadLetterEntry> history = new ArrayList<>();
        before.ifPresent(old -> {
            history.addAll(old.history());
            history.add(new DeadLetterEntry(
                    old.letter().failedAt(),
                    DeadLetterVerb.FAILED,
                    "",
                    old.letter().reason(),
                    Optional.empty()));
        });
        DeadLetterSummary summary = new DeadLetterSummary(
                id,
                letter.kind(),
                letter.key(),
                letter.failure().type(),
                letter.failure().reason(),
                letter.attempts(),
                before.map(old -> old.letter().replays()).orElse(0),
                now(),
                DeadLetterState.KEPT);
        settled.remove(id);
        letters.put(
                id,
                new DeadLetterDetails(
                        summary,
                        new Payload(
                                letter.kind(),
                                letter.envelope().contentType(),
                                letter.envelope().body()),
                        letter.envelope().correlationId(),
                        letter.envelope().headers(),
                        letter.failure().stack(),
                        before.map(DeadLetterDetails::version).orElse(0) + 1,
                        sorted(history)));
    }

    private static List<DeadLetterEntry> sorted(List<DeadLetterEntry> history) {
        return history.stream()
                .sorted(Comparator.comparing(DeadLetterEntry::at))
                .toList();
    }

    @Override
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public synchronized List<DeadLetterGroup> groups() {
        Map<List<String>, List<Instant>> times = matching(DeadLetterFilter.kept())
                .collect(Collectors.groupingBy(
                        letter -> List.of(letter.kind(), letter.failureClass()),
                        Collectors.mapping(DeadLetterSummary::failedAt, Collectors.toList())));
        return times.entrySet().stream()
                .map(group -> new DeadLetterGroup(
                        group.getKey().get(0),
                        group.getKey().get(1),
                        group.getValue().size(),
                        group.getValue().stream().min(Comparator.naturalOrder()).orElseThrow(),
                        group.getValue().stream().max(Comparator.naturalOrder()).orElseThrow()))
                .toList();
    }

    private Stream<DeadLetterSummary> matching(DeadLetterFilter filter) {
        return letters.values().stream().map(DeadLetterDetails::letter).filter(letter -> matches(filter, letter));
    }

    private static boolean matches(DeadLetterFilter filter, DeadLetterSummary letter) {
        return letter.state() == filter.state()
                && filter.kind().map(letter.kind()::equals).orElse(true)
                && filter.failureClass().map(letter.failureClass()::equals).orElse(true)
                && filter.key().map(letter.key()::equals).orElse(true)
                && filter.text()
                        .map(text -> lower(letter.reason()).contains(lower(text)))
                        .orElse(true)
                && filter.since()
                        .map(since -> !letter.failedAt().isBefore(since))
                        .orElse(true)
                && filter.before().map(letter.failedAt()::isBefore).orElse(true);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    @Override
    public synchronized List<DeadLetterSummary> list(DeadLetterFilter filter, int limit) {
        return matching(filter).sorted(OLDEST_FIRST.reversed()).limit(limit).toList();
    }

    @Override
    public synchronized List<DeadLetterSummary> next(
            DeadLetterFilter filter, Optional<DeadLetterSummary> after, int limit) {
        return matching(filter)
                .filter(letter -> after.isEmpty() || OLDEST_FIRST.compare(letter, after.get()) > 0)
                .sorted(OLDEST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<DeadLetterDetails> find(String messageId) {
        return Optional.ofNullable(letters.get(messageId));
    }

    @Override
    public synchronized Marked replayed(Step step) {
        if (change(step, DeadLetterVerb.REPLAYED, Optional.empty())) {
            settled.put(step.messageId(), now());
            return Marked.DONE;
        }
        Optional<DeadLetterDetails> found = find(step.messageId());
        if (found.isEmpty() || found.get().letter().state() != DeadLetterState.KEPT) {
            return Marked.NOT_KEPT;
        }
        letters.put(step.messageId(), changed(found.get(), step, DeadLetterVerb.REPLAYED, DeadLetterState.KEPT));
        return Marked.STILL_KEPT;
    }

    @Override
    public synchronized boolean discarded(Step step) {
        if (!change(step, DeadLetterVerb.DISCARDED, Optional.empty())) {
            return false;
        }
        settled.put(step.messageId(), now());
        return true;
    }

    @Override
    public synchronized boolean edited(Step step, byte[] newBody) {
        return change(step, DeadLetterVerb.EDITED, Optional.of(newBody));
    }

    private boolean change(Step step, DeadLetterVerb verb, Optional<byte[]> newBody) {
        Optional<DeadLetterDetails> found = find(step.messageId())
                .filter(letter -> letter.letter().state() == DeadLetterState.KEPT)
                .filter(letter -> letter.version() == step.version());
        DeadLetterState state =
                verb == DeadLetterVerb.EDITED ? DeadLetterState.KEPT : DeadLetterState.valueOf(verb.name());
        found.map(letter -> changed(letter, step, verb, state))
                .map(letter -> newBody.map(body -> withBody(letter, body)).orElse(letter))
                .ifPresent(letter -> letters.put(step.messageId(), letter));
        return found.isPresent();
    }

    private DeadLetterDetails changed(DeadLetterDetails letter, Step step, DeadLetterVerb verb, DeadLetterState state) {
        DeadLetterSummary old = letter.letter();
        Optional<byte[]> oldBody =
                verb == DeadLetterVerb.EDITED ? Optional.of(letter.payload().body()) : Optional.empty();
        List<DeadLetterEntry> history = new ArrayList<>(letter.history());
        history.add(new DeadLetterEntry(now(), verb, step.by(), step.note(), oldBody));
        return new DeadLetterDetails(
                new DeadLetterSummary(
                        old.messageId(),
                        old.kind(),
                        old.key(),
                        old.failureClass(),
                        old.reason(),
                        old.attempts(),
                        old.replays() + (verb == DeadLetterVerb.REPLAYED ? 1 : 0),
                        old.failedAt(),
                        state),
                letter.payload(),
                letter.correlationId(),
                letter.headers(),
                letter.stack(),
                letter.version() + 1,
                history);
    }

    private static DeadLetterDetails withBody(DeadLetterDetails letter, byte[] body) {
        return new DeadLetterDetails(
                letter.letter(),
                new Payload(letter.payload().kind(), letter.payload().contentType(), body),
                letter.correlationId(),
                letter.headers(),
                letter.stack(),
                letter.version(),
                letter.history());
    }

    @Override
    public synchronized int purge(Duration settledFor, int limit) {
        Instant before = now().minus(settledFor);
        List<String> old = settled.entrySet().stream()
                .filter(letter -> letter.getValue().isBefore(before))
                .sorted(Map.Entry.comparingByValue())
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
        old.forEach(letters::remove);
        old.forEach(settled::remove);
        return old.size();
    }
}
