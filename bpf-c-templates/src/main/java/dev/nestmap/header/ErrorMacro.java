/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.stream.Stream;

/** An error number that helpers use. Headers that use it define it, because {@code vmlinux.h} has no macros. */
enum ErrorMacro {
    ENOENT(2),
    E2BIG(7),
    EEXIST(17);

    private final int number;

    ErrorMacro(int number) {
        this.number = number;
    }

    /** The macros in the helpers of a schema's header. */
    static List<ErrorMacro> of(Schema schema) {
        return Stream.of(values()).filter(macro -> macro.isUsed(schema)).toList();
    }

    String definition() {
        return "#ifndef " + this + "\n#define " + this + " " + number
                + " /* as in <asm-generic/errno-base.h>: vmlinux.h has no macros */\n#endif\n";
    }

    private boolean isUsed(Schema schema) {
        Stream<String> bodies = schema.maps().stream()
                .filter(map -> HelperPrinter.hasHelpers(schema, map) && HeaderIdentifiers.isDefinedIn(schema, map))
                .flatMap(map -> HelperOperation.of(schema, map).stream()
                        .map(operation -> HelperBody.of(
                                operation,
                                map,
                                FailedWriteCounter.of(schema, map).isPresent())));
        Stream<String> results = schema.maps().stream()
                .filter(map -> HeaderIdentifiers.hasCombinedHelpers(schema, map))
                .flatMap(outer -> HelperOperation.combined(schema, schema.helperDefinitionOf(outer)).stream()
                        .flatMap(operation ->
                                Stream.of(operation.absent(), HelperPrinter.combinedBody(schema, outer, operation))));
        Stream<String> counting = schema.maps().stream()
                .filter(outer -> UncountedHelpers.areIn(schema, outer))
                .map(outer -> UncountedHelpers.FULL);
        return Stream.of(bodies, results, counting).flatMap(texts -> texts).anyMatch(text -> text.contains("-" + this));
    }
}
