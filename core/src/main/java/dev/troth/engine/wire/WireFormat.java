package dev.troth.engine.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Message;
import dev.troth.protocol.Name;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Text;
import dev.troth.protocol.Vote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Messages as envelopes, version 1. What the protocol needs travels in properties and headers, so that it can be read in a
 * broker's console; the body is the payload, untouched. Readers ignore headers that they do not know, and believe nothing:
 * every value is checked before it becomes a value of the protocol.
 *
 * <pre>
 *   type           PREPARE  VOTE  COMMIT  ROLLBACK  DONE  INQUIRE  ANSWER
 *   correlation id the transaction
 *   headers        troth-version troth-from troth-branch troth-participant troth-kind troth-one-phase
 *                  troth-vote troth-store troth-reason troth-message troth-standing traceparent
 * </pre>
 */
public final class WireFormat {
    static final String VERSION = "troth-version";
    static final String FROM = "troth-from";
    static final String BRANCH = "troth-branch";
    static final String PARTICIPANT = "troth-participant";
    static final String KIND = "troth-kind";
    static final String ONE_PHASE = "troth-one-phase";
    static final String VOTE = "troth-vote";
    static final String STORE = "troth-store";
    static final String REASON = "troth-reason";
    static final String MESSAGE = "troth-message";
    static final String STANDING = "troth-standing";
    static final String TRACEPARENT = "traceparent";

    /** How many branches one DONE may report. */
    static final int MAX_REPORTED = 500;

    private static final int MAX_DIGITS = 3;
    private static final String PLAIN = "text/plain";

    private WireFormat() {}

    /** Writes a message. */
    public static Envelope write(Message message, Address.Instance from, String traceparent, Duration timeToLive) {
        Map<String, String> headers = new HashMap<>();
        headers.put(VERSION, "1");
        headers.put(FROM, from.toString());
        if (!traceparent.isEmpty()) {
            headers.put(TRACEPARENT, traceparent);
        }
        if (message instanceof Message.Done done) {
            return writeDone(done, headers, timeToLive);
        }
        Payload payload = fill(message, headers);
        BranchId branch = branchOf(message);
        headers.put(BRANCH, Integer.toString(branch.number()));
        String type = typeOf(message);
        String gid = branch.gid().toString();
        String id = gid + "/" + branch.number() + ":" + type.toLowerCase(Locale.ROOT);
        return new Envelope(type, id, gid, payload.contentType(), timeToLive, false, headers, payload.body());
    }

    private static Envelope writeDone(Message.Done done, Map<String, String> headers, Duration timeToLive) {
        StringBuilder lines = new StringBuilder();
        done.finished().forEach(branch -> lines.append("F ").append(branch).append('\n'));
        done.heuristic().forEach(branch -> lines.append("H ").append(branch).append('\n'));
        BranchId first = done.finished().isEmpty()
                ? done.heuristic().get(0)
                : done.finished().get(0);
        String gid = first.gid().toString();
        return new Envelope(
                "DONE",
                first + ":done",
                gid,
                PLAIN,
                timeToLive,
                false,
                headers,
                lines.toString().getBytes(UTF_8));
    }

    /** The type of a message, as it is named on the wire and in metrics. */
    public static String typeOf(Message message) {
        if (message instanceof Message.Prepare) {
            return "PREPARE";
        }
        if (message instanceof Message.Voted) {
            return "VOTE";
        }
        if (message instanceof Message.Decide decide) {
            return decide.outcome() == Outcome.COMMITTED ? "COMMIT" : "ROLLBACK";
        }
        if (message instanceof Message.Done) {
            return "DONE";
        }
        return message instanceof Message.Inquire ? "INQUIRE" : "ANSWER";
    }

    private static BranchId branchOf(Message message) {
        if (message instanceof Message.Prepare prepare) {
            return prepare.branch();
        }
        if (message instanceof Message.Voted voted) {
            return voted.branch();
        }
        if (message instanceof Message.Decide decide) {
            return decide.branch();
        }
        if (message instanceof Message.Inquire inquire) {
            return inquire.branch();
        }
        return ((Message.Answer) message).branch();
    }

    /** Puts what the message says into headers and returns its body. */
    private static Payload fill(Message message, Map<String, String> headers) {
        if (message instanceof Message.Prepare prepare) {
            headers.put(PARTICIPANT, prepare.participant());
            headers.put(KIND, prepare.command().kind());
            headers.put(ONE_PHASE, Boolean.toString(prepare.onePhase()));
            return prepare.command();
        }
        if (message instanceof Message.Voted voted) {
            headers.put(PARTICIPANT, voted.participant());
            return fillVote(voted.vote(), headers);
        }
        if (message instanceof Message.Decide decide) {
            headers.put(PARTICIPANT, decide.participant());
            headers.put(STORE, decide.store());
        } else if (message instanceof Message.Inquire inquire) {
            headers.put(PARTICIPANT, inquire.participant());
        } else if (message instanceof Message.Answer answer) {
            headers.put(PARTICIPANT, answer.participant());
            headers.put(STANDING, answer.standing().name());
        }
        return Payload.NOTHING;
    }

    private static Payload fillVote(Vote vote, Map<String, String> headers) {
        if (vote instanceof Vote.Yes yes) {
            headers.put(VOTE, "YES");
            headers.put(STORE, yes.voter().store());
            headers.put(KIND, yes.answer().kind());
            return yes.answer();
        }
        if (vote instanceof Vote.ReadOnly readOnly) {
            headers.put(VOTE, "READ_ONLY");
            headers.put(KIND, readOnly.answer().kind());
            return readOnly.answer();
        }
        Refusal refusal = ((Vote.No) vote).refusal();
        headers.put(VOTE, "NO");
        headers.put(REASON, refusal.reason().name());
        headers.put(MESSAGE, refusal.message());
        return Payload.NOTHING;
    }

    /**
     * Reads a message.
     *
     * @throws MalformedMessageException if the envelope is not one, with the reason
     */
    public static Received read(Delivery delivery) throws MalformedMessageException {
        Envelope envelope = delivery.envelope();
        if (!envelope.header(VERSION).equals("1")) {
            throw new MalformedMessageException(
                    "version '" + Text.quote(envelope.header(VERSION)) + "' is not known here, only '1' is");
        }
        try {
            Address.Instance from = instance(envelope.header(FROM));
            String trace = envelope.header(TRACEPARENT);
            return new Received(parse(envelope, from), from, trace.length() > 100 ? "" : trace, delivery);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(Text.clip(String.valueOf(e.getMessage()), 300));
        }
    }

    private static Message parse(Envelope envelope, Address.Instance from) {
        if (envelope.type().equals("DONE")) {
            return parseDone(envelope);
        }
        BranchId branch = new BranchId(Gid.parse(envelope.correlationId()), number(envelope.header(BRANCH)));
        String participant = envelope.header(PARTICIPANT);
        return switch (envelope.type()) {
            case "PREPARE" ->
                new Message.Prepare(
                        branch,
                        name(participant),
                        payload(envelope),
                        envelope.header(ONE_PHASE).equals("true"));
            case "VOTE" -> new Message.Voted(branch, name(participant), parseVote(envelope, from));
            case "COMMIT" ->
                new Message.Decide(branch, name(participant), store(envelope.header(STORE)), Outcome.COMMITTED);
            case "ROLLBACK" ->
                new Message.Decide(branch, name(participant), store(envelope.header(STORE)), Outcome.ABORTED);
            case "INQUIRE" -> new Message.Inquire(branch, name(participant), from);
            case "ANSWER" -> new Message.Answer(branch, name(participant), Standing.valueOf(envelope.header(STANDING)));
            default -> throw new IllegalArgumentException("type '" + Text.quote(envelope.type()) + "' is not known");
        };
    }

    private static Vote parseVote(Envelope envelope, Address.Instance from) {
        return switch (envelope.header(VOTE)) {
            case "YES" -> new Vote.Yes(payload(envelope), new Vote.Voter(from, envelope.header(STORE)));
            case "READ_ONLY" -> new Vote.ReadOnly(payload(envelope));
            case "NO" ->
                new Vote.No(new Refusal(Refusal.Reason.valueOf(envelope.header(REASON)), envelope.header(MESSAGE)));
            default ->
                throw new IllegalArgumentException(
                        "vote '" + Text.quote(envelope.header(VOTE)) + "' is neither YES nor NO");
        };
    }

    private static Message parseDone(Envelope envelope) {
        List<BranchId> finished = new ArrayList<>();
        List<BranchId> heuristic = new ArrayList<>();
        List<String> lines = new String(envelope.body(), UTF_8).lines().toList();
        if (lines.size() > MAX_REPORTED) {
            throw new IllegalArgumentException("a DONE reports " + lines.size() + " branches, at most " + MAX_REPORTED);
        }
        for (String line : lines) {
            if (line.startsWith("F ")) {
                finished.add(BranchId.parse(line.substring(2)));
            } else if (line.startsWith("H ")) {
                heuristic.add(BranchId.parse(line.substring(2)));
            } else {
                throw new IllegalArgumentException("a DONE has the line '" + Text.quote(line) + "'");
            }
        }
        return new Message.Done(finished, heuristic);
    }

    private static Payload payload(Envelope envelope) {
        return new Payload(envelope.header(KIND), envelope.contentType(), envelope.body());
    }

    private static String name(String text) {
        return Name.check(text);
    }

    private static String store(String text) {
        return text.isEmpty() ? text : Name.checkToken(text);
    }

    private static int number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= MAX_DIGITS;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (!digits) {
            throw new IllegalArgumentException("branch number '" + Text.quote(text) + "' is not a number");
        }
        return Integer.parseInt(text);
    }

    private static Address.Instance instance(String text) {
        if (Address.parse(text) instanceof Address.Instance instance) {
            return instance;
        }
        throw new IllegalArgumentException("sender '" + Text.quote(text) + "' is not an instance");
    }
}
