/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses the diagnostics in the output of clang. */
final class ClangDiagnosticReader {
    /** The first line of a diagnostic. It begins with a location, the name of the compiler, or neither. */
    private static final Pattern HEADLINE =
            Pattern.compile("(?:(?<file>.+?):(?<line>\\d+):(?<column>\\d+): |clang[^ :]*: |)"
                    + "(?<severity>error|fatal error|warning|note|remark): (?<message>.*)");

    private static final Pattern INCLUDED_FROM = Pattern.compile("In file included from (?<file>.+):(?<line>\\d+)[:,]");
    private static final Pattern COUNT =
            Pattern.compile("\\d+ (?:errors?|warnings?)(?: and \\d+ errors?)? generated\\.");

    private final List<ClangDiagnostic> diagnostics = new ArrayList<>();
    private @Nullable Matcher headline;
    private List<String> details = new ArrayList<>();
    private List<String> includedFrom = new ArrayList<>();

    private ClangDiagnosticReader() {}

    /**
     * The warnings and errors, in order. If clang fails without an error message, for example because it crashed, the result
     * has an error with the whole output.
     */
    static List<ClangDiagnostic> parse(ProcessRunner.Output output) {
        ClangDiagnosticReader reader = new ClangDiagnosticReader();
        output.text().lines().filter(line -> !COUNT.matcher(line).matches()).forEach(reader::line);
        reader.finish();
        if (output.exitCode() != 0 && reader.diagnostics.stream().noneMatch(ClangDiagnostic::isError)) {
            reader.diagnostics.add(new ClangDiagnostic(
                    Level.ERROR,
                    "",
                    "clang failed with exit code " + output.exitCode(),
                    output.text().lines().toList()));
        }
        return reader.diagnostics;
    }

    private void line(String line) {
        Matcher included = INCLUDED_FROM.matcher(line);
        Matcher start = HEADLINE.matcher(line);
        if (included.matches()) {
            includedFrom.add("  included from " + included.group("file") + ":[" + included.group("line") + "]");
        } else if (!start.matches()) {
            details.add(line);
        } else if (isNote(start)) {
            details.addAll(includedFrom);
            details.add(place(start) + (place(start).isEmpty() ? "" : " ") + "note: " + start.group("message"));
            includedFrom.clear();
        } else {
            finish();
            headline = start;
            details.addAll(includedFrom);
            includedFrom.clear();
        }
    }

    private void finish() {
        if (headline != null) {
            Level level = headline.group("severity").equals("warning") ? Level.WARNING : Level.ERROR;
            diagnostics.add(new ClangDiagnostic(level, place(headline), headline.group("message"), details));
        }
        headline = null;
        details = new ArrayList<>();
    }

    private static boolean isNote(Matcher headline) {
        return headline.group("severity").equals("note")
                || headline.group("severity").equals("remark");
    }

    private static String place(Matcher headline) {
        return headline.group("file") == null
                ? ""
                : headline.group("file") + ":[" + headline.group("line") + "," + headline.group("column") + "]";
    }
}
