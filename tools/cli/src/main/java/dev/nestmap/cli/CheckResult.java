/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

/**
 * The result of one check of {@code nestmap doctor}.
 *
 * @param subject what was checked
 * @param verdict whether it works
 * @param found the finding
 * @param remedy the remedy; empty if none is needed
 */
record CheckResult(String subject, Verdict verdict, String found, String remedy) {
    /** Whether something works. */
    enum Verdict {
        WORKS,
        /** It works, but not everything that Nestmap can use does. */
        LIMITED,
        FAILS
    }

    static CheckResult works(String subject, String found) {
        return new CheckResult(subject, Verdict.WORKS, found, "");
    }

    static CheckResult limited(String subject, String found, String remedy) {
        return new CheckResult(subject, Verdict.LIMITED, found, remedy);
    }

    static CheckResult fails(String subject, String found, String remedy) {
        return new CheckResult(subject, Verdict.FAILS, found, remedy);
    }
}
