package dev.troth.bench.contender;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.InProcessTransport;
import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.TrothTables;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Troth in one JVM: the reviews are participants behind the transport that is in the process. */
final class TrothInProcess implements Contender {
    private final List<HikariDataSource> pools = new ArrayList<>();
    private final List<String> participants = new ArrayList<>();
    private final Troth troth;

    TrothInProcess(Setting setting) throws SQLException {
        int atOnce = setting.atOnce();
        for (String url : setting.databases()) {
            HikariDataSource pool = Rows.pool(url, atOnce + 4);
            TrothTables.of(pool).create();
            pools.add(pool);
        }
        TrothBuilder builder = Troth.builder("bench")
                .transport(InProcessTransport.create())
                .decisions(JdbcDecisionLog.on(pools.get(0)))
                .concurrency(atOnce);
        for (HikariDataSource pool : pools.subList(1, pools.size())) {
            String name = "reviews" + participants.size();
            participants.add(name);
            builder.participant(Participant.named(name)
                    .on(PostgresBranches.of(pool))
                    .concurrency(atOnce)
                    .handle(
                            NewReview.class,
                            (review, branch) -> Rows.review(branch.connection(), review.blog(), review.content())));
        }
        troth = builder.start();
    }

    @Override
    public void write(int client, long id, String title, String content) throws SQLException {
        troth.transact("write-blog", tx -> {
            for (String participant : participants) {
                CompletableFuture<Void> unused = tx.enlist(participant, new NewReview(id, content));
            }
            Rows.blog(tx.connection(), title, content);
            return id;
        });
    }

    @Override
    public void close() {
        troth.close();
        pools.forEach(HikariDataSource::close);
    }
}
