/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import java.util.List;

/**
 * The records of an import.
 *
 * @param className the name of the interface with the records
 * @param source the Java source
 * @param maps the number of declared maps. An interface without a map is not a BPF object
 * @param remarks the parts that it could not express
 */
public record ImportedRecords(String className, String source, int maps, List<ImportRemark> remarks) {
    /** Copies the list. */
    public ImportedRecords {
        remarks = List.copyOf(remarks);
    }
}
