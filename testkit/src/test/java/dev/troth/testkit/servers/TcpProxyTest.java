package dev.troth.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final int SHORT_MILLIS = 200;
    private static final int LONG_MILLIS = 10_000;

    private ServerSocket server;
    private TcpProxy proxy;
    private Socket client;
    private Socket behind;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = TcpProxy.to(server.getLocalPort());
        client = dial();
        behind = server.accept();
        behind.setSoTimeout(LONG_MILLIS);
        carries(client, behind);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        client.close();
        behind.close();
        server.close();
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(LONG_MILLIS);
        return socket;
    }

    private static void carries(Socket one, Socket other) throws IOException {
        passes(one, other);
        passes(other, one);
    }

    private static void passes(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(42);
        assertThat(to.getInputStream().read()).isEqualTo(42);
    }

    private static void isSilent(Socket socket) throws IOException {
        socket.setSoTimeout(SHORT_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(LONG_MILLIS);
    }

    private static void isReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void a_cut_resets_both_ends_and_lets_new_connections_in() throws Exception {
        proxy.cut();

        isReset(client);
        isReset(behind);
        assertThat(proxy.connections()).isZero();
        try (Socket again = dial();
                Socket itsEnd = server.accept()) {
            carries(again, itsEnd);
        }
    }

    @Test
    void a_cut_of_the_clients_leaves_the_server_its_end() throws Exception {
        proxy.cutClients();

        isReset(client);
        isSilent(behind);
    }

    @Test
    void a_stall_holds_everything_back_until_it_is_healed() throws Exception {
        proxy.stall();
        client.getOutputStream().write(1);
        behind.getOutputStream().write(2);
        isSilent(client);
        isSilent(behind);

        proxy.heal();

        assertThat(behind.getInputStream().read()).isEqualTo(1);
        assertThat(client.getInputStream().read()).isEqualTo(2);
        carries(client, behind);
    }

    @Test
    void a_stall_in_one_direction_lets_the_other_pass() throws Exception {
        proxy.stallToServer();
        client.getOutputStream().write(1);
        isSilent(behind);
        passes(behind, client);
        proxy.heal();
        assertThat(behind.getInputStream().read()).isEqualTo(1);

        proxy.stallToClient();

        behind.getOutputStream().write(2);
        isSilent(client);
        passes(client, behind);
    }

    @Test
    void nobody_hears_in_a_stall_that_the_other_end_is_gone() throws Exception {
        proxy.stall();
        Sockets.reset(client);
        isSilent(behind);

        proxy.heal();

        isReset(behind);
    }

    @Test
    void a_new_connection_in_a_stall_is_let_in_and_hears_nothing() throws Exception {
        proxy.stall();

        try (Socket late = dial();
                Socket itsEnd = server.accept()) {
            itsEnd.getOutputStream().write(3);
            isSilent(late);
            proxy.heal();
            assertThat(late.getInputStream().read()).isEqualTo(3);
        }
    }

    @Test
    void who_is_stranded_stays_so_and_new_connections_are_as_good_as_ever() throws Exception {
        proxy.strand();
        proxy.heal();

        client.getOutputStream().write(1);
        isSilent(behind);
        try (Socket again = dial();
                Socket itsEnd = server.accept()) {
            carries(again, itsEnd);
        }
    }

    @Test
    void nobody_is_let_in_while_it_refuses_and_who_is_in_stays() throws Exception {
        proxy.refuse();

        assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
        carries(client, behind);
        proxy.heal();
        try (Socket again = dial();
                Socket itsEnd = server.accept()) {
            carries(again, itsEnd);
        }
    }

    @Test
    void an_end_that_closes_is_closed_at_the_other_end_too() throws Exception {
        client.shutdownOutput();
        assertThat(behind.getInputStream().read()).isEqualTo(-1);
        passes(behind, client);

        behind.close();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        Waiting.until(Duration.ofSeconds(10), () -> proxy.connections() == 0);
    }

    @Test
    void a_client_is_reset_when_the_server_is_away() throws Exception {
        server.close();

        try (Socket late = dial()) {
            isReset(late);
        }
        carries(client, behind);
    }

    @Test
    void closing_resets_what_waits_and_does_no_harm_the_second_time() throws Exception {
        proxy.stall();
        client.getOutputStream().write(1);

        proxy.close();
        proxy.close();
        proxy.heal();

        isReset(client);
        isReset(behind);
        assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
    }

    @Test
    void urls_lead_through_it() {
        String direct = "127.0.0.1:" + server.getLocalPort();
        String through = "127.0.0.1:" + proxy.port();

        assertThat(proxy.through("amqp://a:b@" + direct + "/v")).isEqualTo("amqp://a:b@" + through + "/v");
        assertThat(proxy.through("jdbc:postgresql://" + direct + "/db?user=me"))
                .isEqualTo("jdbc:postgresql://" + through + "/db?user=me");
        assertThatThrownBy(() -> proxy.through("amqp://127.0.0.1:1")).isInstanceOf(IllegalArgumentException.class);
    }
}
