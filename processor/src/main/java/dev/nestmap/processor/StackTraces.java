/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Formats exceptions for a message that a developer can report. */
final class StackTraces {
    private static final int FRAMES = 8;

    private StackTraces() {}

    /** The exception and the innermost frames of its trace. */
    static String brief(Throwable e) {
        return e
                + Arrays.stream(e.getStackTrace())
                        .limit(FRAMES)
                        .map(frame -> "\n  at " + frame)
                        .collect(Collectors.joining());
    }
}
