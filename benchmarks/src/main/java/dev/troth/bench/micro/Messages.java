package dev.troth.bench.micro;

import dev.troth.codec.JsonCodec;
import dev.troth.codec.MessagePackCodec;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.MalformedMessageException;
import dev.troth.engine.wire.Received;
import dev.troth.engine.wire.WireFormat;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Message;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import java.time.Duration;
import java.time.Instant;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Messages, commands and ids as text and bytes, there and back. */
@State(Scope.Benchmark)
public class Messages {
    private static final Duration LIVES = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_000L);

    private final JsonCodec json = new JsonCodec();
    private final MessagePackCodec messagePack = new MessagePackCodec();
    private final byte[] jsonBytes = json.write(Samples.COMMAND);
    private final byte[] packedBytes = messagePack.write(Samples.COMMAND);
    private final Payload payload = new Payload("new-review", json.contentType(), jsonBytes);
    private final Message prepare = new Message.Prepare(Samples.BRANCH, "reviews", payload, false);
    private final Message decide = new Message.Decide(Samples.BRANCH, "reviews", "k3f9q2", Outcome.COMMITTED);
    private final Envelope prepareEnvelope = write(prepare);
    private final Envelope decideEnvelope = write(decide);
    private final Event event = new Event("4711-1", "4711", payload);
    private final Address topic = new Address.Topic("new-review");
    private final Envelope eventEnvelope = writeEvent();
    private final String gid = Samples.BRANCH.gid().toString();
    private final String branch = Samples.BRANCH.toString();

    private static Envelope write(Message message) {
        return WireFormat.write(message, Samples.COORDINATOR, Samples.TRACE, LIVES);
    }

    /** PREPARE with a command of 500 bytes. */
    @Benchmark
    public Envelope writePrepare() {
        return write(prepare);
    }

    /** The same, arrived. */
    @Benchmark
    public Received readPrepare() throws MalformedMessageException {
        return WireFormat.read(new Samples.Arrived(prepareEnvelope));
    }

    /** COMMIT. */
    @Benchmark
    public Envelope writeCommit() {
        return write(decide);
    }

    /** The same, arrived. */
    @Benchmark
    public Received readCommit() throws MalformedMessageException {
        return WireFormat.read(new Samples.Arrived(decideEnvelope));
    }

    /** An event with a payload of 500 bytes. */
    @Benchmark
    public Envelope writeEvent() {
        return event.to(topic, "blog", "4711", Samples.TRACE, NOW).envelope();
    }

    /** The same, arrived. */
    @Benchmark
    public Event readEvent() throws MalformedMessageException {
        return Event.read(eventEnvelope);
    }

    /** A command of 500 bytes. */
    @Benchmark
    public byte[] writeJson() {
        return json.write(Samples.COMMAND);
    }

    /** The same, arrived. */
    @Benchmark
    public Object readJson() {
        return json.read(jsonBytes, Samples.NewReview.class);
    }

    /** A command of 500 bytes. */
    @Benchmark
    public byte[] writeMessagePack() {
        return messagePack.write(Samples.COMMAND);
    }

    /** The same, arrived. */
    @Benchmark
    public Object readMessagePack() {
        return messagePack.read(packedBytes, Samples.NewReview.class);
    }

    /** A transaction's id. */
    @Benchmark
    public String printGid() {
        return Samples.BRANCH.gid().toString();
    }

    /** The same from a column or header. */
    @Benchmark
    public Gid parseGid() {
        return Gid.parse(gid);
    }

    /** A branch's id. */
    @Benchmark
    public String printBranch() {
        return Samples.BRANCH.toString();
    }

    /** The same from a header. */
    @Benchmark
    public BranchId parseBranch() {
        return BranchId.parse(branch);
    }
}
