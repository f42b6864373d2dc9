package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spring.Reviewing.How;
import dev.troth.spring.Reviewing.Write;
import dev.troth.spring.Reviewing.Written;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.tx.RolledBackException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers and listeners that are beans' methods, in a service that reaches its broker by {@code spring.rabbitmq.*}. */
@Timeout(180)
class HandlerOverRabbitTest {
    @RegisterExtension
    static final RabbitServer RABBIT = RabbitServer.shared();

    @Test
    void commands_and_events_reach_the_beans_over_rabbitmq() throws Exception {
        try (HandlerStage stage = new HandlerStage(
                PostgresServer.shared(),
                () -> RabbitTransport.connect(RABBIT.uri()),
                Reviewing.Service.class,
                "--spring.rabbitmq.addresses=" + RABBIT.uri())) {
            assertThat(stage.enlist(new Write(How.JPA, "enlisted"), String.class))
                    .isEqualTo("JPA in blog");
            stage.publish(new Written(How.REPOSITORY, "published"));
            Waiting.until(() -> stage.reviews().size() == 3);

            assertThatThrownBy(() -> stage.enlist(new Write(How.DUPLICATE_BY_JPA, "x"), String.class))
                    .isInstanceOf(RolledBackException.class);
            stage.assertAllIsBack();
            assertThat(stage.reviews()).containsExactly("enlisted", "published", "there");
        }
    }
}
