/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.declaration;

import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.rules.Rule;
import java.util.Optional;
import javax.annotation.processing.Messager;

/** The result of reading a top-level type: its declaration, or its problems. */
public final class ReadResult {
    private final Optional<Declaration> declaration;
    private final Problems problems;
    private final SourceLocation header;

    public ReadResult(Optional<Declaration> declaration, Problems problems, SourceLocation header) {
        this.declaration = declaration;
        this.problems = problems;
        this.header = header;
    }

    /** The declaration of the type; empty if it has problems. */
    public Optional<Declaration> declaration() {
        return declaration;
    }

    /** Whether the source names a type that does not exist yet. */
    public boolean hasMissingTypes() {
        return problems.hasMissingTypes();
    }

    /** Whether there is a problem that is reported here or elsewhere. */
    public boolean isReported() {
        return problems.isReported();
    }

    /** Reports every problem where it is written. */
    public void report(Messager messager) {
        problems.report(messager);
    }

    /** Reports a problem with the header's name. */
    public void reportHeader(Messager messager, Rule rule, Object... args) {
        Problems further = new Problems();
        further.error(header, rule, args);
        further.report(messager);
    }

    /** The message of the first problem, for types that use this one. */
    Optional<String> firstProblem() {
        return problems.first();
    }
}
