package dev.troth.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire to the broker that can be cut, on both ends or on the client's only, so that the broker believes it is still there. */
final class Cable implements AutoCloseable {
    private final ServerSocket plug;
    private final int brokerPort;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final Set<Socket> brokers = ConcurrentHashMap.newKeySet();

    Cable(int brokerPort) throws IOException {
        this(brokerPort, "127.0.0.1");
    }

    Cable(int brokerPort, String host) throws IOException {
        this.brokerPort = brokerPort;
        this.plug = new ServerSocket(0, 50, InetAddress.getByName(host));
        start(this::accept);
    }

    /** The URI with this cable's port instead of the broker's. */
    String through(String uri) {
        return uri.replace(
                "127.0.0.1:" + brokerPort, plug.getInetAddress().getHostAddress() + ":" + plug.getLocalPort());
    }

    private void accept() {
        while (!plug.isClosed()) {
            try {
                Socket client = plug.accept();
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
                clients.add(client);
                brokers.add(broker);
                start(() -> copy(client, broker));
                start(() -> copy(broker, client));
            } catch (IOException closed) {
                // the test is over, or the broker away
            }
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException cut) {
            // as it should be
        }
    }

    void cut() throws IOException {
        cutClientsEnd();
        hangUp(brokers);
    }

    /** The broker keeps its end: for it the connection lives on, silent, until its heartbeat is missed. */
    void cutClientsEnd() throws IOException {
        hangUp(clients);
    }

    private static void hangUp(Set<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        plug.close();
        cut();
    }
}
