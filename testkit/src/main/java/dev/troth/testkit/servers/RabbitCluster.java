package dev.troth.testkit.servers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Three RabbitMQ nodes on this machine, joined into one cluster, so that a quorum queue has three members and outlives any one of
 * them. Each node is a {@link RabbitServer} that can be killed, stopped, paused and started again on its own. The first start takes
 * about ten seconds.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final RabbitCluster rabbits = RabbitCluster.local();
 * }</pre>
 *
 * <p>Before the first kill call {@link #flush()}. Safe for use by several threads.
 */
public final class RabbitCluster implements ExecutionCondition, BeforeAllCallback, AfterAllCallback, AutoCloseable {
    private final RabbitServer first;
    private final List<RabbitServer> nodes;
    private @Nullable Epmd epmd;

    private RabbitCluster() {
        first = RabbitServer.of(RabbitServer.Kinship.fresh(this::epmd));
        nodes = List.of(first, first.companion(), first.companion());
    }

    /** A cluster that is not started yet. */
    public static RabbitCluster local() {
        return new RabbitCluster();
    }

    private synchronized Epmd epmd() {
        if (epmd == null) {
            epmd = Epmd.start();
        }
        return epmd.shared();
    }

    /** Sets a line of {@code rabbitmq.conf} of every node. Only before the first start. */
    public RabbitCluster setting(String key, String value) {
        nodes.forEach(node -> node.setting(key, value));
        return this;
    }

    /**
     * Starts the nodes that do not run, and waits until they take connections.
     *
     * @throws ServerException if one does not start
     */
    public RabbitCluster start() {
        first.start(); // the others join it
        together(RabbitServer::start);
        return this;
    }

    /** The nodes; the same three for ever. */
    public List<RabbitServer> nodes() {
        return nodes;
    }

    /** The AMQP URI of an administrator, with every node in it. */
    public String uri() {
        return first.uri()
                + nodes.stream()
                        .skip(1)
                        .map(node -> ",127.0.0.1:" + node.port())
                        .collect(Collectors.joining());
    }

    /**
     * The node that leads a quorum queue, which is the one that every message of the queue has to pass. Empty while there is none:
     * when nobody declared the queue, and during an election, when the broker does not even list it. Takes a second.
     */
    public Optional<RabbitServer> leader(String queue) {
        String listed = running().control("-q", "list_queues", "--no-table-headers", "name", "leader");
        return Arrays.stream(listed.split("\n", -1))
                .map(line -> line.split("\t", -1))
                .filter(columns -> columns.length == 2 && columns[0].equals(queue))
                .flatMap(
                        columns -> nodes.stream().filter(node -> node.nodeName().equals(columns[1])))
                .findFirst();
    }

    private RabbitServer running() {
        return nodes.stream()
                .filter(Server::isRunning)
                .findFirst()
                .orElseThrow(() -> new ServerException("No node of the cluster runs: start one first"));
    }

    /** As {@link RabbitServer#flush()}, on every node: before the first kill after queues were declared. */
    public void flush() {
        together(RabbitServer::flush);
    }

    private void together(Action action) {
        CompletableFuture<?>[] all = nodes.stream()
                .map(node -> CompletableFuture.runAsync(() -> action.on(node)))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(all).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServerException known ? known : e;
        }
    }

    private interface Action {
        void on(RabbitServer node);
    }

    /** What has to be installed before it can start. */
    Optional<String> missing() {
        return first.missing();
    }

    /** Ends every node and removes everything that belongs to them. Does nothing the second time. */
    @Override
    public void close() {
        try {
            together(RabbitServer::close);
        } finally {
            closeEpmd();
        }
    }

    private synchronized void closeEpmd() {
        if (epmd != null) {
            epmd.close();
            epmd = null;
        }
    }

    /** As {@link Server#evaluateExecutionCondition}. */
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return first.evaluateExecutionCondition(context);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        boolean started = false;
        try {
            start();
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }
}
