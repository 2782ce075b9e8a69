/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.lint.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/**
 * Writes records for the maps of an existing object.
 *
 * <p>It compares each written map with the object, as Nestmap does at the load. It leaves out a map whose record would contradict the
 * object, and reports the reason.
 */
public final class RecordImport {
    private static final int WIDTH = 120;

    /** An annotation as JavaPoet writes it: its start, and the lines of its attributes. */
    private static final Pattern ANNOTATION = Pattern.compile("(?ms)^( *@[\\w.]+\\()\n(.*?)\n *\\)$");

    private RecordImport() {}

    /** Writes the records. */
    public static ImportedRecords of(ImportRequest asked) {
        Map<String, String> leftOut = new LinkedHashMap<>(asked.unreadable());
        asked.inners().keySet().forEach(outer -> leftOut.remove(ImportPass.innerName(outer)));
        ImportPass attempt;
        int before;
        do {
            // A map that is left out can be the only one that uses a struct, so the others are written again.
            before = leftOut.size();
            attempt = new ImportPass(asked, leftOut);
            attempt.run();
        } while (leftOut.size() > before);
        return source(asked, attempt);
    }

    private static ImportedRecords source(ImportRequest request, ImportPass attempt) {
        List<Finding> remarks = attempt.remarks();
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
        return new ImportedRecords(java.name(), compact(file.toString()), records.size(), remarks);
    }

    private static AnnotationSpec annotation(ImportRequest request) {
        AnnotationSpec.Builder annotation =
                AnnotationSpec.builder(BpfObject.class).addMember("value", "$S", request.objectName());
        if (!request.hasHeader()) {
            annotation.addMember("existing", "true");
        }
        return annotation.build();
    }

    private static String comment(ImportRequest request, List<Finding> remarks) {
        StringBuilder text = new StringBuilder("Declares " + printable(request.source())
                + ". Written by {@code nestmap import}; change names and types as you like.\n");
        for (Finding remark : remarks) {
            text.append("\n<p>")
                    .append(ImportedRecords.heading(remark))
                    .append(printable(remark.message()))
                    .append('\n');
        }
        return text.toString();
    }

    /** The text with only printable ASCII characters. It can't end a comment, and contains no tag, no Javadoc tag and no Unicode escape. */
    private static String printable(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '@' -> safe.append("&#64;");
                default -> safe.append(c >= ' ' && c <= '~' && c != '\\' ? c : '?');
            }
        }
        return safe.toString().replace("*/", "*?");
    }

    /** Writes short annotations and empty bodies on one line. JavaPoet writes each attribute of an annotation on a separate line. */
    private static String compact(String source) {
        String bodies = source.replaceAll("\\) \\{\n *}", ") {}").replaceAll("(implements \\w+) \\{\n *}", "$1 {}");
        return ANNOTATION.matcher(bodies).replaceAll(annotation -> {
            String attributes = annotation
                    .group(2)
                    .lines()
                    .map(line -> line.strip().replaceAll(",$", ", "))
                    .collect(Collectors.joining());
            String line = annotation.group(1) + attributes + ")";
            return Matcher.quoteReplacement(line.length() <= WIDTH ? line : annotation.group());
        });
    }
}
