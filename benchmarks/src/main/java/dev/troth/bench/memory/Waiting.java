package dev.troth.bench.memory;

import dev.troth.InProcessTransport;
import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.bench.contender.RandomText;
import dev.troth.bench.contender.Setting;
import dev.troth.bench.fixture.Database;
import dev.troth.bench.fixture.Load;
import dev.troth.bench.fixture.Program;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.message.Kind;
import dev.troth.tx.TransactionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Proves that transactions that wait cost memory and no threads: so many are started with {@code transactAsync}, each with a command of 200
 * characters to a participant whose one handler does not return, so that no vote comes. What they add is wanted to be at most 100 MB of heap
 * for 10,000. Then the handler returns, and all of them commit.
 */
public final class Waiting {
    private static final double LIMIT_MB = 100;
    private static final int HANDLERS = 4;
    private static final int CONNECTIONS = 12;
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    @Kind("waiting-command")
    record Command(long id, String body) {}

    private Waiting() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        Program.run(arguments, Waiting::measure);
    }

    /** What was measured. */
    public static Map<String, Object> measure(Setting setting) throws Exception {
        int transactions = setting.number("transactions", 10_000);
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger enlisted = new AtomicInteger();
        Map<String, Object> figures = new LinkedHashMap<>();
        try (Database left = new Database(setting.databases().get(0), CONNECTIONS);
                Database right = new Database(setting.databases().get(1), CONNECTIONS);
                Troth troth = start(left, right, transactions, gate)) {
            String body = RandomText.of(setting.number("content", 200));
            Footprint before = Footprint.now();
            List<CompletableFuture<Long>> all = new ArrayList<>();
            for (long id = 1; id <= transactions; id++) {
                Command command = new Command(id, body);
                all.add(troth.transactAsync(TransactionOptions.named("wait").timeout(TIMEOUT), tx -> {
                    CompletableFuture<Void> unused = tx.enlist("waiting", command);
                    enlisted.incrementAndGet();
                    return command.id();
                }));
            }
            boolean waited = Database.until(
                    () -> enlisted.get() == transactions, setting.patience().toMillis());
            Footprint added = Footprint.now().minus(before);
            gate.countDown();
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
            figures.put("transactions", transactions);
            added.into(figures, "added_");
            figures.put("added_kb_each", Load.rounded(added.heap() * 1024 / transactions));
            figures.put("wanted", added.heap() <= LIMIT_MB * Math.max(1, transactions / 10_000.0));
            figures.put("right", waited && right.becomes("SELECT count(*) FROM written", transactions));
        }
        return figures;
    }

    private static Troth start(Database left, Database right, int transactions, CountDownLatch gate) {
        return Troth.builder("waiting")
                .transport(InProcessTransport.create())
                .decisions(JdbcDecisionLog.on(left.pool()))
                .concurrency(transactions)
                .participant(Participant.named("waiting")
                        .on(PostgresBranches.of(right.pool()))
                        .concurrency(HANDLERS)
                        .handle(Command.class, (command, branch) -> {
                            gate.await();
                            Database.insert(branch.connection(), command.id(), command.body());
                        }))
                .start();
    }
}
