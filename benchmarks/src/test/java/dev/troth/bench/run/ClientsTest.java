package dev.troth.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.bench.contender.Contender;
import dev.troth.bench.contender.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClientsTest {
    private static final int CLIENTS = 1_000;

    /** Waits with everybody who was let in until nobody else can be. */
    private static final class Crowded implements Contender {
        private final CountDownLatch full;
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        Crowded(int room) {
            full = new CountDownLatch(room);
        }

        @Override
        public void write(int client, long id, String title, String content) throws InterruptedException {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            full.countDown();
            full.await();
            inside.decrementAndGet();
        }

        @Override
        public void close() {}
    }

    @Test
    @Timeout(60)
    void so_many_are_let_in_at_once_whoever_the_contender_is() throws Exception {
        Setting setting = new Setting("", CLIENTS, List.of(), "", Path.of(""), new Properties());
        Crowded contender = new Crowded(setting.atOnce());
        Clients clients = new Clients(contender, setting);

        clients.start();
        contender.full.await();
        clients.stop();
        clients.join();

        assertThat(setting.atOnce()).isLessThan(CLIENTS);
        assertThat(contender.most).hasValue(setting.atOnce());
        assertThat(clients.errors()).isZero();
    }
}
