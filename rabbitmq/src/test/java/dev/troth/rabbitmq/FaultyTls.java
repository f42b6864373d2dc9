package dev.troth.rabbitmq;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** A context that does what another one does, except that a test can let go wrong what it likes before a socket is made. */
public final class FaultyTls extends SSLContext {
    /** With what runs before each socket; what it throws comes instead of the socket. */
    public FaultyTls(SSLContext good, Runnable before) {
        super(new Provided(good, before), good.getProvider(), good.getProtocol());
    }

    private static final class Provided extends SSLContextSpi {
        private final SSLContext good;
        private final Runnable before;

        Provided(SSLContext good, Runnable before) {
            this.good = good;
            this.before = before;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {}

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Sockets(good.getSocketFactory(), before);
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return good.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return good.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return good.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return good.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return good.getClientSessionContext();
        }
    }

    private static final class Sockets extends SSLSocketFactory {
        private final SSLSocketFactory good;
        private final Runnable before;

        Sockets(SSLSocketFactory good, Runnable before) {
            this.good = good;
            this.before = before;
        }

        @Override
        public Socket createSocket() throws IOException {
            before.run();
            return good.createSocket();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean closes) throws IOException {
            before.run();
            return good.createSocket(socket, host, port, closes);
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            before.run();
            return good.createSocket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
            before.run();
            return good.createSocket(host, port, from, fromPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            before.run();
            return good.createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
            before.run();
            return good.createSocket(host, port, from, fromPort);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return good.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return good.getSupportedCipherSuites();
        }
    }
}
