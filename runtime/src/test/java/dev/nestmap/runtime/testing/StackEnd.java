/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import org.jspecify.annotations.Nullable;

/** Runs actions near the end of the stack of a thread. */
public final class StackEnd {
    private static final long STACK = 256 * 1024;

    private StackEnd() {}

    /**
     * Runs an action on a thread whose stack is full, but for some frames. Returns what it throws.
     *
     * @param frames the number of small frames for which there is room
     */
    public static @Nullable Throwable near(int frames, Runnable action) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Runnable caught = () -> {
            try {
                action.run();
            } catch (Throwable e) {
                thrown[0] = e;
            }
        };
        Thread thread = new Thread(null, () -> descend(frames, caught), "small stack", STACK);
        thread.start();
        thread.join();
        return thrown[0];
    }

    /** Uses up the stack, and runs the action when this number of frames has ended. Returns the number of frames that have ended. */
    @SuppressWarnings("InfiniteRecursion") // the end of the stack ends it
    private static int descend(int frames, Runnable action) {
        int ended;
        try {
            ended = descend(frames, action);
        } catch (StackOverflowError e) {
            ended = 0;
        }
        if (ended == frames) {
            action.run();
        }
        return ended + 1;
    }
}
