/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A socket on the loopback device whose file descriptor is known. Java's own sockets hide it. */
public final class LoopbackSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int AF_XDP = 44;
    private static final int SOCK_RAW = 3;
    private static final int SOL_XDP = 283;
    private static final int XDP_RX_RING = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_LOCK_FILTER = 44;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CONGESTION = 13;
    private static final int PORT_AT = 2;
    private static final long TIMEOUT_SECONDS = 10;
    private static final int MOST = 1024;

    private final int descriptor;

    private LoopbackSocket(int descriptor) {
        this.descriptor = descriptor;
        byte[] timeout = ByteBuffer.allocate(2 * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(TIMEOUT_SECONDS)
                .array(); // struct timeval
        Descriptors.set(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeout);
    }

    /** A UDP socket that shares this port with others; 0 chooses a free port. */
    public static LoopbackSocket sharing(int port) {
        LoopbackSocket socket = new LoopbackSocket(Descriptors.socket(AF_INET, SOCK_DGRAM));
        Descriptors.set(socket.descriptor, SOL_SOCKET, SO_REUSEPORT, Descriptors.number(1));
        socket.bind(port);
        return socket;
    }

    /**
     * A socket that is neither bound nor connected.
     *
     * @param domain such as {@code AF_UNIX}, 1
     * @param type such as {@code SOCK_STREAM}, 1
     */
    public static LoopbackSocket unbound(int domain, int type) {
        return new LoopbackSocket(Descriptors.socket(domain, type));
    }

    /** An AF_XDP socket with a ring to receive into. */
    public static LoopbackSocket xdp() {
        LoopbackSocket socket = new LoopbackSocket(Descriptors.socket(AF_XDP, SOCK_RAW));
        Descriptors.set(socket.descriptor, SOL_XDP, XDP_RX_RING, Descriptors.number(64));
        return socket;
    }

    /** A UDP socket that sends to this port. */
    public static LoopbackSocket sendingTo(int port) {
        LoopbackSocket socket = new LoopbackSocket(Descriptors.socket(AF_INET, SOCK_DGRAM));
        socket.connect(port);
        return socket;
    }

    /** A TCP socket that listens at a port of its own. */
    public static LoopbackSocket listening() {
        LoopbackSocket socket = new LoopbackSocket(Descriptors.socket(AF_INET, SOCK_STREAM));
        socket.bind(0);
        Descriptors.checked(Descriptors.LIBC.listen(socket.descriptor, 8), "listen");
        return socket;
    }

    /** A TCP socket that is connected to this port. */
    public static LoopbackSocket connected(int port) {
        LoopbackSocket socket = new LoopbackSocket(Descriptors.socket(AF_INET, SOCK_STREAM));
        socket.connect(port);
        return socket;
    }

    /** Accepts a connection to this listening socket. */
    public LoopbackSocket accept() {
        return new LoopbackSocket(Descriptors.checked(Descriptors.LIBC.accept(descriptor, 0, 0), "accept"));
    }

    /** The file descriptor. */
    public int descriptor() {
        return descriptor;
    }

    /** The local port. */
    public int port() {
        byte[] address = new byte[16];
        Descriptors.checked(
                Descriptors.LIBC.getsockname(descriptor, address, new int[] {address.length}), "getsockname");
        return ByteBuffer.wrap(address).getShort(PORT_AT) & 0xffff;
    }

    /** Sends datagrams over lo, and receives each of them. */
    public static void exchange(int datagrams) {
        try (LoopbackSocket receiver = sharing(0);
                LoopbackSocket sender = sendingTo(receiver.port())) {
            for (int i = 0; i < datagrams; i++) {
                sender.send("datagram");
                receiver.receive();
            }
        }
    }

    /** Sends a text. */
    public void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Descriptors.checked((int) Descriptors.LIBC.send(descriptor, bytes, bytes.length, 0), "send");
    }

    /** Waits for a message and returns it. */
    public String receive() {
        return received(0);
    }

    /** Returns a received message, or an empty text if there is none. */
    public String receivedByNow() {
        return received(MSG_DONTWAIT);
    }

    private String received(int flags) {
        byte[] bytes = new byte[MOST];
        long length = Descriptors.LIBC.recv(descriptor, bytes, MOST, flags);
        if (length < 0 && flags == 0) {
            Descriptors.checked(-1, "recv");
        }
        return new String(bytes, 0, (int) Math.max(0, length), StandardCharsets.ISO_8859_1);
    }

    /** Forbids to change the filter of this socket. */
    public void lockFilter() {
        Descriptors.set(descriptor, SOL_SOCKET, SO_LOCK_FILTER, new byte[] {1, 0, 0, 0});
    }

    /** Chooses the congestion control of this TCP connection. Returns false if the kernel has none with this name. */
    public boolean chooseCongestionControl(String name) {
        byte[] value = name.getBytes(StandardCharsets.US_ASCII);
        return Descriptors.LIBC.setsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, value, value.length) == 0;
    }

    private void bind(int port) {
        Descriptors.checked(Descriptors.LIBC.bind(descriptor, address(port), address(port).length), "bind");
    }

    private void connect(int port) {
        Descriptors.checked(
                Descriptors.LIBC.connect(descriptor, address(port), address(port).length), "connect to port " + port);
    }

    /** {@code struct sockaddr_in}: the family in the machine's byte order, the port in the network's. */
    private static byte[] address(int port) {
        ByteBuffer address = ByteBuffer.allocate(16);
        address.order(ByteOrder.nativeOrder()).putShort((short) AF_INET);
        address.order(ByteOrder.BIG_ENDIAN).putShort((short) port).put(new byte[] {127, 0, 0, 1});
        return address.array();
    }

    @Override
    public void close() {
        Descriptors.close(descriptor);
    }
}
