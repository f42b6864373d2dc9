package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Declares, and says what is different when the broker says that something is. */
final class Declarer {
    private final ChannelPool pool;
    private final Optional<ManagementApi> management;

    Declarer(ChannelPool pool, Optional<ManagementApi> management) {
        this.pool = pool;
        this.management = management;
    }

    /** Declares all of it on one channel. What was declared before something failed stays declared. */
    void declare(Channel channel, Declarations declarations) throws IOException {
        for (Exchange exchange : declarations.exchanges()) {
            Shape shape = Shape.of(exchange);
            explained(
                    shape,
                    () -> channel.exchangeDeclare(
                            exchange.name(),
                            exchange.type().argument(),
                            exchange.durable(),
                            exchange.autoDelete(),
                            exchange.internal(),
                            exchange.arguments()));
        }
        for (Queue queue : declarations.queues()) {
            explained(
                    Shape.of(queue),
                    () -> channel.queueDeclare(
                            queue.name(), queue.durable(), queue.exclusive(), queue.autoDelete(), queue.arguments()));
        }
        for (Binding binding : declarations.bindings()) {
            bind(channel, binding);
        }
    }

    private static void bind(Channel channel, Binding binding) throws IOException {
        if (binding.target() instanceof Binding.ToQueue to) {
            channel.queueBind(to.name(), binding.source().name(), binding.routingKey(), binding.arguments());
        } else {
            channel.exchangeBind(
                    binding.target().name(), binding.source().name(), binding.routingKey(), binding.arguments());
        }
    }

    static void unbind(Channel channel, Binding binding) throws IOException {
        if (binding.target() instanceof Binding.ToQueue to) {
            channel.queueUnbind(to.name(), binding.source().name(), binding.routingKey(), binding.arguments());
        } else {
            channel.exchangeUnbind(
                    binding.target().name(), binding.source().name(), binding.routingKey(), binding.arguments());
        }
    }

    private interface Declaration {
        Object declare() throws IOException;
    }

    private void explained(Shape shape, Declaration declaration) throws IOException {
        try {
            Object unused = declaration.declare();
        } catch (IOException e) {
            int code = Replies.channelCode(e);
            if (code == AMQP.PRECONDITION_FAILED) {
                throw new DeclarationException(shape.in(pool.virtualHost()), compare(shape), e);
            }
            if (code == AMQP.RESOURCE_LOCKED) {
                throw locked(shape, e);
            }
            throw e;
        }
    }

    private Comparison compare(Shape asked) {
        if (management.isEmpty()) {
            return Probe.compare(pool, asked);
        }
        try {
            Shape found = Shape.described(
                    asked.kind(),
                    asked.name(),
                    management.get().describe(asked.kind() + "s", pool.virtualHost(), asked.name()));
            List<Difference> differences = asked.differences(found);
            return differences.isEmpty() ? Probe.compare(pool, asked) : new Comparison(differences, "");
        } catch (IOException | RuntimeException e) {
            Comparison probed = Probe.compare(pool, asked);
            return new Comparison(
                    probed.differences(),
                    (probed.notCompared().isEmpty() ? "" : probed.notCompared() + "; ")
                            + "the management API at " + management.get() + " was of no use ("
                            + Replies.text(e) + "), so this was found out over AMQP");
        }
    }

    /** RESOURCE_LOCKED: the queue is exclusive to another connection, or we asked for an exclusive one and it is not. */
    private RuntimeException locked(Shape shape, IOException failure) {
        boolean lockedForAll;
        try {
            lockedForAll = Replies.channelCode(lookAt(shape.name())) == AMQP.RESOURCE_LOCKED;
        } catch (RuntimeException unknown) {
            failure.addSuppressed(unknown);
            lockedForAll = true;
        }
        boolean exclusive = Boolean.TRUE.equals(shape.settings().get(Shape.EXCLUSIVE));
        if (lockedForAll == exclusive) {
            return new ToolboxException(
                    "The " + shape.in(pool.virtualHost()) + " belongs to another connection. It goes with that"
                            + " connection; until then nobody else can declare or use it.",
                    AMQP.RESOURCE_LOCKED,
                    failure);
        }
        return new DeclarationException(
                shape.in(pool.virtualHost()),
                new Comparison(
                        List.of(new Difference(Shape.EXCLUSIVE, "" + exclusive, "" + !exclusive)),
                        "what else differs; the broker compares nothing else then"),
                failure);
    }

    private Throwable lookAt(String queue) {
        try {
            pool.with(channel -> channel.queueDeclarePassive(queue));
            return new Throwable("it is there");
        } catch (IOException e) {
            return e;
        }
    }
}
