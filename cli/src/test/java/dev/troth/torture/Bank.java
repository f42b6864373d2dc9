package dev.troth.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.cli.harness.ServicePool;
import dev.troth.cli.process.Fuse;
import dev.troth.cli.process.Orders;
import dev.troth.example.blog.web.Answer;
import dev.troth.example.blog.web.Problem;
import dev.troth.example.blog.web.Request;
import dev.troth.example.blog.web.Routes;
import dev.troth.example.blog.web.WebServer;
import dev.troth.jdbc.BranchOptions;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.MariaDbBranches;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.BranchStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * A bank as a process of its own: it starts the transfers that its clients {@code POST /transfers}, and takes part in those of the
 * other banks. Both its decision log and its accounts are in its one database, PostgreSQL or MariaDB.
 */
final class Bank {
    /** From a transfer's start to its decision. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int TRANSFERS = 12;
    private static final int HANDLERS = 8;
    private static final int SPARE_CONNECTIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final Accounts accounts;
    private final Troth troth;

    private Bank(String name, DataSource database, boolean postgres, String amqp, Fuse fuse) {
        this.name = name;
        this.accounts = new Accounts(name);
        BranchStore branches = postgres
                ? PostgresBranches.of(database)
                : MariaDbBranches.of(database, BranchOptions.defaults().withMaxInFlight(HANDLERS));
        this.troth = Troth.builder(name)
                .transport(RabbitTransport.connect(amqp))
                .decisions(JdbcDecisionLog.on(database))
                .participant(Participant.named(name)
                        .on(branches)
                        .concurrency(HANDLERS)
                        .handleAndAnswer(Book.class, (book, branch) -> accounts.book(branch.connection(), book)))
                .timeout(TIMEOUT)
                .concurrency(TRANSFERS)
                .probe(fuse)
                .start();
    }

    /** Runs the bank of that name until a signal comes, or its parent is gone. */
    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        String url = ServicePool.environment("TROTH_DB");
        Fuse fuse = new Fuse();
        HikariDataSource database = ServicePool.open(name, url, TRANSFERS + HANDLERS + SPARE_CONNECTIONS);
        Bank bank = new Bank(
                name, database, url.startsWith("jdbc:postgresql:"), ServicePool.environment("TROTH_AMQP"), fuse);
        WebServer web = WebServer.start(
                name,
                0,
                Routes.none().post("/transfers", bank::transfer),
                failure -> Problem.plain(500, "Internal error", failure.toString()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            web.stop(PATIENCE);
            bank.troth.stop(PATIENCE);
            database.close();
        }));
        System.out.println("ready service=" + name + " url=" + web.uri() + " pid="
                + ProcessHandle.current().pid());
        new Orders(fuse, System.out).obey(System.in);
        new CountDownLatch(1).await();
    }

    private CompletionStage<Answer> transfer(Request request) throws IOException {
        Transfer transfer = JSON.treeToValue(request.object(), Transfer.class);
        return run(transfer)
                .handle((entries, failure) -> failure == null
                        ? Answer.json(
                                201,
                                Map.of("lines", Objects.requireNonNull(entries).lines()))
                        : Verdict.of(failure).answer());
    }

    private CompletableFuture<Entries> run(Transfer transfer) {
        List<String> others = transfer.banks().stream()
                .filter(bank -> !bank.equals(name))
                .sorted()
                .toList();
        boolean local = transfer.banks().contains(name);
        if (!local && others.size() == 1) {
            return troth.executeAsync(others.get(0), transfer.at(others.get(0)), Entries.class);
        }
        CompletableFuture<List<CompletableFuture<Entries>>> parts = troth.transactAsync("transfer", tx -> {
            List<CompletableFuture<Entries>> all = new ArrayList<>();
            if (local) {
                all.add(CompletableFuture.completedFuture(accounts.book(tx.connection(), transfer.at(name))));
            }
            others.forEach(bank -> all.add(tx.enlist(bank, transfer.at(bank), Entries.class)));
            return all;
        });
        // It has committed: every answer came with its vote.
        return parts.thenApply(
                all -> Entries.of(all.stream().map(CompletableFuture::join).toList()));
    }
}
