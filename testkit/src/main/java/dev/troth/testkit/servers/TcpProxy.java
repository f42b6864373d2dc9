package dev.troth.testkit.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a server on 127.0.0.1, and does to their connections what networks do: resets them, goes silent while
 * both ends believe them alive, lets nobody in, and works again.
 *
 * <pre>{@code
 * TcpProxy wire = TcpProxy.to(rabbit.port());
 * Transport transport = RabbitTransport.connect(wire.through(rabbit.uri()));
 * wire.cut();
 * }</pre>
 *
 * <p>Nothing is lost or reordered within a connection: what is held back in a stall arrives after {@link #heal()}, as it does when
 * TCP sends again. The server may be away and come back. Safe for use by several threads.
 */
public final class TcpProxy implements AutoCloseable {
    private static final long AGAIN_NANOS = 10_000_000;
    private static final int BACKLOG = 256;
    private static final int CLOSED_MILLIS = 5_000;
    private static final int PORTS_TRIED = 5;

    private final InetAddress host;
    private final int server;
    private final Gate toServer = new Gate();
    private final Gate toClient = new Gate();
    private final Set<TcpLink> links = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile int port;
    private @Nullable ServerSocket door; // null while nobody is let in; guarded by the lock, as the next two
    private @Nullable Thread doorman;
    private boolean closed;

    private TcpProxy(InetAddress host, int server) {
        this.host = host;
        this.server = server;
    }

    /** A proxy that forwards to that port of 127.0.0.1, and listens at a free port there. */
    public static TcpProxy to(int serverPort) {
        return to(serverPort, InetAddress.getLoopbackAddress());
    }

    /** A proxy that forwards to that port of 127.0.0.1, and listens at another address of this machine. */
    public static TcpProxy to(int serverPort, InetAddress listenAt) {
        TcpProxy proxy = new TcpProxy(listenAt, serverPort);
        for (int tries = 1; ; tries++) {
            proxy.port = Ports.free();
            try {
                proxy.admit();
                return proxy;
            } catch (ServerException taken) {
                if (tries == PORTS_TRIED) {
                    throw taken;
                }
            }
        }
    }

    /** Where it listens; the same for all its life. */
    public int port() {
        return port;
    }

    /** A URI or JDBC URL of the server, changed so that it leads through this proxy. */
    public String through(String url) {
        String direct = "127.0.0.1:" + server;
        if (!url.contains(direct)) {
            throw new IllegalArgumentException("This proxy leads to " + direct + ", the URL elsewhere");
        }
        return url.replace(direct, host.getHostAddress() + ":" + port);
    }

    /** How many connections pass through it now. */
    public int connections() {
        return links.size();
    }

    /** Resets every connection, at both ends. New ones are let in. */
    public void cut() {
        links.forEach(TcpLink::reset);
    }

    /** Resets every connection at the client's end. The server's stays open and silent until {@link #close()}. */
    public void cutClients() {
        links.forEach(TcpLink::resetClient);
    }

    /** From now on nobody is let in; connections that are there go on. Until {@link #heal()}. */
    public void refuse() {
        lock.lock();
        try {
            if (door != null && doorman != null) {
                Sockets.close(door);
                door = null;
                doorman.join(CLOSED_MILLIS); // until its accept() has returned, the system lets in who comes
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing passes in either direction, and every connection stays open, new ones too. Until {@link #heal()}. */
    public void stall() {
        stallToServer();
        stallToClient();
    }

    /** As {@link #stall()}, for what clients send only. */
    public void stallToServer() {
        toServer.shut();
    }

    /** As {@link #stall()}, for what the server sends only. */
    public void stallToClient() {
        toClient.shut();
    }

    /**
     * The connections of this moment never carry anything again, yet stay open at both ends, as behind a firewall that has
     * forgotten them. New ones are as good as ever. No {@link #heal()} helps them.
     */
    public void strand() {
        links.forEach(TcpLink::strand);
    }

    /** Everybody is let in again, and what was held back flows. */
    public void heal() {
        admit();
        toServer.open();
        toClient.open();
    }

    private void admit() {
        lock.lock();
        try {
            if (door == null && !closed) {
                ServerSocket listening = Sockets.listen(new InetSocketAddress(host, port), BACKLOG);
                door = listening;
                doorman = Sockets.daemon("proxy to " + server, () -> accept(listening));
            }
        } finally {
            lock.unlock();
        }
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Sockets.daemon("proxy to " + server, () -> join(client)); // a server that is paused may keep it waiting
            } catch (IOException refused) {
                // the door is closed, a client has gone before it was let in, or there are no file descriptors left
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }

    private void join(Socket client) {
        try {
            Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
            TcpLink link = new TcpLink(client, behind, new Gate(toServer), new Gate(toClient), links::remove);
            links.add(link);
            link.start();
            if (isClosed()) {
                link.reset();
            }
        } catch (IOException away) {
            Sockets.reset(client); // as the server's own machine would do it
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Resets everything and lets nobody in any more. Does nothing the second time. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        refuse();
        cut();
    }
}
