/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import java.util.regex.Pattern;

/**
 * What a check has found: a part of an object that does not load, a change that breaks pinned maps, a map that records can't express, or a feature
 * that the machine lacks.
 *
 * @param id a name that stays the same in later versions, such as {@code static-map}; for a rule of the compiler that of the rule
 * @param severity how bad it is
 * @param place what it concerns, such as {@code map flows}
 * @param what what is wrong, and who rejects it
 * @param remedy what to do; empty if nothing has to be done, or if {@code what} says it
 */
public record Finding(String id, Severity severity, String place, String what, String remedy) {
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*|NM-\\d{3}");

    /** How bad a finding is, the worst first. */
    public enum Severity {
        /** It does not work: libbpf, the kernel or Nestmap rejects it, or it is left out. */
        ERROR,
        /** It works, but not as well as it could, or it can surprise. */
        WARNING,
        /** Good to know. */
        NOTE
    }

    public Finding {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("\"" + id + "\" is no id of a finding");
        }
    }

    /**
     * Whether a check fails because of it.
     *
     * @param strict whether warnings fail, too
     */
    public boolean fails(boolean strict) {
        return severity == Severity.ERROR || (strict && severity == Severity.WARNING);
    }

    /** All in one line. */
    public String message() {
        return place + ": " + what + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
