/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.RuntimeClasses;
import javax.lang.model.element.Modifier;

/** Writes the handle to a map that the caller owns. */
final class OwnedHandleWriter {
    private static final String NAME = "Owned";

    private OwnedHandleWriter() {}

    static ClassName nameOf(ClassName accessor) {
        return accessor.nestedClass(NAME);
    }

    static TypeSpec write(ClassName accessor, Modifier... visibility) {
        return TypeSpec.classBuilder(NAME)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc(
                        "A handle to a map that the caller owns, until it closes the handle or puts the map into a slot.\n")
                .superclass(accessor)
                .addSuperinterface(RuntimeClasses.api("OwnedMap"))
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(visibility)
                        .addParameter(RuntimeClasses.MAP_BINDING, "binding")
                        .addStatement("super(binding)")
                        .build())
                .build();
    }
}
