/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.util.List;

/**
 * One thing that clang says about a program.
 *
 * @param severity how bad it is
 * @param place {@code /path/file.c:[line,column]}, the form that IDEs know from Maven's own compiler; empty where it has none
 * @param message what is wrong
 * @param details the lines that go with it, in order: which file included this one, the source line, notes
 */
record Diagnostic(Severity severity, String place, String message, List<String> details) {
    enum Severity {
        WARNING,
        ERROR
    }

    Diagnostic {
        details = List.copyOf(details);
    }

    boolean isError() {
        return severity == Severity.ERROR;
    }

    /** Place and message. */
    String headline() {
        return place.isEmpty() ? message : place + " " + message;
    }
}
