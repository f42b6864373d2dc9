package dev.troth.rabbitmq.toolbox;

import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Where a test can let go wrong what it likes when a connection is made: its sockets come from there. */
final class FaultyTls extends SSLContext {
    FaultyTls(Supplier<Socket> sockets) {
        super(new Provided(sockets), null, "faulty");
    }

    private static final class Provided extends SSLContextSpi {
        private final Supplier<Socket> sockets;

        Provided(Supplier<Socket> sockets) {
            this.sockets = sockets;
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Sockets(sockets);
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Sockets extends SSLSocketFactory {
        private final Supplier<Socket> sockets;

        Sockets(Supplier<Socket> sockets) {
            this.sockets = sockets;
        }

        @Override
        public Socket createSocket() {
            return sockets.get();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) {
            return sockets.get();
        }

        @Override
        public Socket createSocket(String host, int port) {
            return sockets.get();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            return sockets.get();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            return sockets.get();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            return sockets.get();
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return new String[0];
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return new String[0];
        }
    }
}
