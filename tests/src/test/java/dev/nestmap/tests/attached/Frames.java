/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

/** Frames that leave through a device of the calling thread's network namespace, without the IP layer. */
record Frames(ProbedCalls.Library library, String device) implements Events {
    static Frames ofLoopback() {
        return new Frames(ProbedCalls.open().library(), "lo");
    }

    /** Frames that the other side of a netkit device sends. */
    static Frames ofNetkitPeer() {
        NetkitDatagrams.open().close(); // the devices stay
        return new Frames(ProbedCalls.open().library(), NetkitDatagrams.peer());
    }

    @Override
    public void fire() {
        assertThat(library.send_frame(device)).isOne();
    }
}
