/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.doctor;

/**
 * The result of one check of {@code nestmap doctor}.
 *
 * @param subject what was checked
 * @param verdict whether it works
 * @param found the finding
 * @param remedy the remedy; empty if none is needed
 */
record DoctorCheckResult(String subject, Verdict verdict, String found, String remedy) {
    /** Whether something works. */
    enum Verdict {
        WORKS,
        /** It works, but not everything that Nestmap can use does. */
        LIMITED,
        FAILS
    }

    static DoctorCheckResult works(String subject, String found) {
        return new DoctorCheckResult(subject, Verdict.WORKS, found, "");
    }

    static DoctorCheckResult limited(String subject, String found, String remedy) {
        return new DoctorCheckResult(subject, Verdict.LIMITED, found, remedy);
    }

    static DoctorCheckResult fails(String subject, String found, String remedy) {
        return new DoctorCheckResult(subject, Verdict.FAILS, found, remedy);
    }
}
