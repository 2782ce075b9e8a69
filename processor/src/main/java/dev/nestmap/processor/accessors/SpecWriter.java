/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.GeneratedCode;
import javax.lang.model.element.Modifier;

/** Writes the constant {@code SPEC}, which the generated code uses to load, bind and create maps. */
final class SpecWriter {
    static final String SPEC = "SPEC";

    private SpecWriter() {}

    static FieldSpec field(ClassName generated, ObjectModel object) {
        CodeBlock.Builder spec = CodeBlock.builder()
                .add(
                        "$T.of($T.class, $S, /* interface */ $L)",
                        RuntimeClasses.OBJECT_SPEC,
                        generated,
                        object.header(),
                        GeneratedCode.INTERFACE_VERSION);
        object.maps()
                .forEach(map -> map.pin()
                        .ifPresent(pin -> spec.add(
                                "$Z.pinned($S, $S, /* pinInners */ $L)",
                                map.map().name(),
                                pin.path(),
                                pin.inners())));
        if (!object.isForeign()) {
            object.globalsAtLoad()
                    .forEach(global ->
                            spec.add("$Z.requiring($S)", global.global().name()));
        }
        return FieldSpec.builder(RuntimeClasses.OBJECT_SPEC, SPEC, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("The name of the object, and what its records declare for the load.\n")
                .initializer(spec.build())
                .build();
    }
}
