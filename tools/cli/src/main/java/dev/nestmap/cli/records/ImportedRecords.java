/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.lint.Finding;
import dev.nestmap.lint.Finding.Severity;
import java.util.List;

/**
 * The records of an import.
 *
 * @param className the name of the interface with the records
 * @param source the Java source
 * @param maps the number of declared maps. An interface without a map is not a BPF object
 * @param remarks the parts that it could not express: errors for maps that are left out, and warnings for records that differ
 */
public record ImportedRecords(String className, String source, int maps, List<Finding> remarks) {
    /** Copies the list. */
    public ImportedRecords {
        remarks = List.copyOf(remarks);
    }

    static Finding leftOut(String map, String reason) {
        return new Finding("left-out", Severity.ERROR, "map " + map, reason, "");
    }

    /** @param reason may begin with the map, as a difference does */
    static Finding differs(String map, String reason) {
        String place = "map " + map;
        String what = reason.startsWith(place + ": ") || reason.startsWith(place + ", ")
                ? reason.substring(place.length() + 2)
                : reason;
        return new Finding("differs", Severity.WARNING, place, what, "");
    }

    static Finding unknown(String constants) {
        return new Finding(
                "differs",
                Severity.WARNING,
                "enum " + constants,
                "the object has only the low 32 bits of the constants, without their sign (clang before version 15 writes no more), so the "
                        + "record has a number instead of an enum: compile the object with a newer clang, or take the constants from the C source",
                "");
    }

    /** The kind of a remark, as a heading. */
    static String heading(Finding remark) {
        return remark.severity() == Severity.ERROR ? "Left out: " : "Differs: ";
    }
}
