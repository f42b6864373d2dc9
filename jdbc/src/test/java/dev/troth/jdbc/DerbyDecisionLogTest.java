package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Address;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.CommitRecord.Owed;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Vote.Voter;
import dev.troth.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DerbyDecisionLogTest extends JdbcDecisionLogContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Pool freshPool() {
        return Pool.derby("memory:log" + NUMBER.incrementAndGet(), 8);
    }

    @Test
    void more_branches_than_a_row_can_hold_are_refused_and_not_cut() {
        Gid gid = gid();
        Voter voter = new Voter(new Address.Instance("participant-of-long-name", "ab12cd34"), "store1");
        List<Owed> many = IntStream.range(0, 999)
                .mapToObj(number -> new Owed(number, "participant-of-long-name", voter))
                .toList();

        assertThatThrownBy(() -> log().record(new CommitRecord(gid, "submit", many, "")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("999");

        assertThat(log().read(gid)).isEmpty();
        assertThat(log().owed(Duration.ZERO, Duration.ZERO, 10)).isEmpty();
    }
}
