package dev.troth.testkit.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One client's connection through a proxy. A thread for each direction reads, waits at the gate, and writes; an end that closes or
 * resets is closed or reset at the other end too, but not through a shut gate.
 */
final class TcpLink {
    private static final int CHUNK = 16_384;

    private final Socket client;
    private final Socket server;
    private final Gate toServer;
    private final Gate toClient;
    private final Consumer<TcpLink> ended;
    private final AtomicInteger directions = new AtomicInteger(2);
    private volatile boolean clientGone;

    TcpLink(Socket client, Socket server, Gate toServer, Gate toClient, Consumer<TcpLink> ended) {
        this.client = client;
        this.server = server;
        this.toServer = toServer;
        this.toClient = toClient;
        this.ended = ended;
    }

    void start() throws IOException {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Sockets.daemon("proxied client " + client.getPort(), () -> carry(client, server, toServer));
        Sockets.daemon("proxied server " + client.getPort(), () -> carry(server, client, toClient));
    }

    private void carry(Socket from, Socket to, Gate gate) {
        try {
            forward(from, to, gate);
        } catch (IOException broken) {
            passOn(gate);
        }
        if (directions.decrementAndGet() == 0 && !clientGone) {
            Sockets.close(client);
            Sockets.close(server);
            ended.accept(this);
        }
    }

    private void passOn(Gate gate) {
        try {
            gate.pass();
            if (!clientGone) {
                reset();
            }
        } catch (IOException tornDown) {
            // it is reset already
        }
    }

    private void forward(Socket from, Socket to, Gate gate) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            gate.pass();
            out.write(chunk, 0, length);
        }
        gate.pass();
        to.shutdownOutput();
    }

    void reset() {
        toServer.tearDown();
        toClient.tearDown();
        Sockets.reset(client);
        Sockets.reset(server);
        ended.accept(this);
    }

    /** The server keeps its end. */
    void resetClient() {
        clientGone = true;
        Sockets.reset(client);
    }

    /** Carries nothing any more, and keeps both ends. */
    void strand() {
        toServer.shut();
        toClient.shut();
    }
}
