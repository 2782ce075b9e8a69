/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.LoopbackSocket;

/** Datagrams over the loopback interface of the calling thread's network namespace. */
record Datagrams(LoopbackSocket receiver, LoopbackSocket sender) implements Events {
    static Datagrams open() {
        LoopbackSocket receiver = LoopbackSocket.sharing(0);
        return new Datagrams(receiver, LoopbackSocket.sendingTo(receiver.port()));
    }

    /** The file descriptor of the socket that receives. */
    int descriptor() {
        return receiver.descriptor();
    }

    @Override
    public void fire() {
        sender.send("datagram");
        receiver.receive();
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
