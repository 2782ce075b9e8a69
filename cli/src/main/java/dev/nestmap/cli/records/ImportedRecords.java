/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.JavaFile;
import java.util.List;

/**
 * The records of an import.
 *
 * @param className the name of the interface with the records
 * @param source the Java source
 * @param remarks what it could not express
 */
public record ImportedRecords(String className, String source, List<Remark> remarks) {
    /** Copies the list. */
    public ImportedRecords {
        remarks = List.copyOf(remarks);
    }

    static ImportedRecords of(JavaFile file, List<Remark> remarks) {
        return new ImportedRecords(file.typeSpec().name(), SourceLayout.compact(file.toString()), remarks);
    }
}
