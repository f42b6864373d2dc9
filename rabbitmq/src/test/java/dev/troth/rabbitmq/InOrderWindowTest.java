package dev.troth.rabbitmq;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.message.Delivery;
import dev.troth.protocol.Address;
import dev.troth.spi.Feed;
import dev.troth.testkit.Samples;
import dev.troth.testkit.servers.RabbitServer;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class InOrderWindowTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final Address.Subscriber notes = new Address.Subscriber(Samples.name("order"));

    @Test
    void in_order_a_wider_window_gives_nothing_to_others_while_something_is_unsettled() throws Exception {
        Feed feed = new Feed(notes, Set.of(), true, 100);
        List<Delivery> here = new CopyOnWriteArrayList<>();
        List<String> there = new CopyOnWriteArrayList<>();
        try (RabbitTransport one = RabbitTransport.connect(broker.uri());
                RabbitTransport two = RabbitTransport.connect(broker.uri())) {
            one.subscribe(feed, 1, here::add);
            two.subscribe(feed, 1, delivery -> there.add(Samples.text(delivery)));
            for (int i = 1; i <= 3; i++) {
                one.send(notes, Samples.message("m" + i, Duration.ZERO, true))
                        .toCompletableFuture()
                        .get(30, SECONDS);
            }
            Waiting.until(() -> here.size() == 1);

            Field lines = RabbitTransport.class.getDeclaredField("lines");
            lines.setAccessible(true);
            Line line = (Line) ((Collection<?>) lines.get(one)).iterator().next();
            Method relax = Line.class.getDeclaredMethod("relax"); // 5 s after what cannot be read was there
            relax.setAccessible(true);
            line.perform(() -> {
                try {
                    relax.invoke(line);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            });
            Waiting.until(() -> here.size() > 1 || !there.isEmpty());

            assertThat(there.isEmpty() || there.get(0).equals("m1"))
                    .as("%s: m1 is unsettled, nothing may come before it", there)
                    .isTrue();
        }
    }
}
