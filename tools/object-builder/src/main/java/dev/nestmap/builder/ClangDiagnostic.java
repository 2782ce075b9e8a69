/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.lang.System.Logger.Level;
import java.util.List;

/**
 * A warning or error of clang.
 *
 * @param level warning or error
 * @param place {@code /path/file.c:[line,column]}, the format of Maven's own compiler, which IDEs parse; may be empty
 * @param message the message
 * @param details the lines that belong to it, in order: including files, the source line, notes
 */
record ClangDiagnostic(Level level, String place, String message, List<String> details) {
    ClangDiagnostic {
        details = List.copyOf(details);
    }

    boolean isError() {
        return level == Level.ERROR;
    }

    /** The first line: location and message. */
    String headline() {
        return place.isEmpty() ? message : place + " " + message;
    }
}
