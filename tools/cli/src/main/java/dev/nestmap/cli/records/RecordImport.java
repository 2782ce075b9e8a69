/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.annotations.BpfObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Modifier;

/**
 * Writes records for the maps of an existing object.
 *
 * <p>It compares each written map with the object, as Nestmap does at the load. It leaves out a map whose record would contradict the
 * object, and reports the reason.
 */
public final class RecordImport {
    private RecordImport() {}

    /** Writes the records. */
    public static ImportedRecords of(ImportRequest asked) {
        Map<String, String> leftOut = new LinkedHashMap<>(asked.unreadable());
        asked.inners().keySet().forEach(outer -> leftOut.remove(ImportPass.innerName(outer)));
        ImportRequest request = asked.withSchema(SharedInnerMapMerger.of(asked.schema(), leftOut));
        ImportPass attempt;
        int before;
        do {
            // A map that is left out can be the only one that uses a struct, so the others are written again.
            before = leftOut.size();
            attempt = new ImportPass(request, leftOut);
            attempt.run();
        } while (leftOut.size() > before);
        return source(request, attempt);
    }

    private static ImportedRecords source(ImportRequest request, ImportPass attempt) {
        List<ImportRemark> remarks = attempt.remarks();
        List<TypeSpec> records = attempt.records();
        TypeSpec java = TypeSpec.interfaceBuilder(attempt.interfaceName())
                .addModifiers(Modifier.PUBLIC)
                .addAnnotation(annotation(request))
                .addJavadoc("$L", comment(request, remarks))
                .addTypes(attempt.types())
                .addTypes(records)
                .build();
        JavaFile file = JavaFile.builder(attempt.interfaceName().packageName(), java)
                .indent("    ")
                .skipJavaLangImports(true)
                .build();
        return ImportedRecords.of(file, records.size(), remarks);
    }

    private static AnnotationSpec annotation(ImportRequest request) {
        AnnotationSpec.Builder annotation =
                AnnotationSpec.builder(BpfObject.class).addMember("value", "$S", request.objectName());
        if (!request.hasHeader()) {
            annotation.addMember("header", "false");
        }
        return annotation.build();
    }

    private static String comment(ImportRequest request, List<ImportRemark> remarks) {
        StringBuilder text = new StringBuilder("Declares " + JavaCommentEscaper.printable(request.source())
                + ". Written by {@code nestmap import}; change names and types as you like.\n");
        for (ImportRemark remark : remarks) {
            text.append("\n<p>")
                    .append(remark.isLeftOut() ? "Left out: " : "Differs: ")
                    .append(JavaCommentEscaper.printable(remark.map() + ": " + remark.reason()))
                    .append('\n');
        }
        return text.toString();
    }
}
