/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** The process that started this one. It holds the other end of the standard input, which the kernel closes when it ends. */
final class Parent {
    private static final CountDownLatch ENDED = new CountDownLatch(1);

    static {
        Thread thread = new Thread(Parent::read, "parent");
        thread.setDaemon(true);
        thread.start();
    }

    private Parent() {}

    private static void read() {
        try {
            while (System.in.read() >= 0) {
                // The parent writes nothing.
            }
        } catch (IOException e) {
            // The same as its end.
        }
        ENDED.countDown();
    }

    /** Whether the parent has closed the standard input or ended. */
    static boolean hasEnded() {
        return ENDED.getCount() == 0;
    }

    /** Waits until the parent closes the standard input or ends. */
    static void awaitEnd() throws InterruptedException {
        ENDED.await();
    }
}
