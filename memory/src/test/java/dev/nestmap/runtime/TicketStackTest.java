/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.StackEnd;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stack of a thread ends at each step of the end of a ticket. Afterwards, no other call waits for a lock that the thread has taken. */
@Timeout(300)
@Tag("slow")
class TicketStackTest {
    @Test
    void noCallHangsWhereverTheStackEnds() throws Exception {
        // Frames of compiled code are smaller, and other ones in each run.
        assertThat(new ChildVm().with("-Xint").run(Ends.class)).contains("no call hangs");
    }

    static final class Ends {
        /** The calls take their first locks where there is room for fewer small frames. */
        private static final int MOST_FRAMES = 100;

        private static final long HANGS_MILLIS = 60_000;

        private Ends() {}

        public static void main(String[] arguments) throws InterruptedException {
            List<BiConsumer<Network, Displaced<Long, FlowMap>>> calls = List.of(
                    (network, ticket) -> ticket.acknowledge(),
                    (network, ticket) -> ticket.close(),
                    (network, ticket) -> network.tenant().rotate(1L));
            for (BiConsumer<Network, Displaced<Long, FlowMap>> call : calls) {
                for (int frames = 1; frames < MOST_FRAMES; frames++) {
                    Network network = Network.inMemory();
                    network.tenant().create(1L);
                    Displaced<Long, FlowMap> ticket =
                            requireNonNull(network.tenant().rotate(1L));
                    StackEnd.near(frames, () -> call.accept(network, ticket));
                    requireEnd(ticket::close);
                    requireEnd(network::close);
                }
            }
            System.out.println("no call hangs");
        }

        /** Requires that a call on another thread returns or throws. */
        private static void requireEnd(Runnable call) throws InterruptedException {
            Thread thread = new Thread(() -> {
                try {
                    call.run();
                } catch (Throwable e) {
                    // The object may have failed, or have lost the map.
                }
            });
            thread.setDaemon(true);
            thread.start();
            thread.join(HANGS_MILLIS);
            if (thread.isAlive()) {
                throw new AssertionError("hangs at " + List.of(thread.getStackTrace()));
            }
        }
    }
}
