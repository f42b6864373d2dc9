package dev.troth.testkit.servers;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a broker for its greeting, as the first step of every AMQP 0-9-1 connection does. */
final class AmqpProbe {
    private static final byte[] HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int METHOD_FRAME = 1;
    private static final int CONNECTION_START = 10 << 16 | 10; // class 10, method 10
    private static final int LONGEST_GREETING = 65_536;

    private AmqpProbe() {}

    /** Whether the broker at that port greets with a Connection.Start frame that mentions the given name. */
    static boolean greets(int port, String name) {
        try (Socket socket = new Socket()) {
            int limit = Math.toIntExact(LIMIT.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), limit);
            socket.setSoTimeout(limit);
            socket.getOutputStream().write(HEADER);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int type = in.readUnsignedByte();
            int channel = in.readUnsignedShort();
            int size = in.readInt();
            if (type != METHOD_FRAME || channel != 0 || size < Integer.BYTES || size > LONGEST_GREETING) {
                return false;
            }
            boolean start = in.readInt() == CONNECTION_START;
            byte[] properties = in.readNBytes(size - Integer.BYTES);
            return start && new String(properties, StandardCharsets.ISO_8859_1).contains(name);
        } catch (IOException notYet) {
            return false;
        }
    }
}
