/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.schema.MapKind;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;
import javax.lang.model.element.Modifier;

/** Writes {@code consume} of an outer map whose inner maps are streams of events. */
final class InnerStreamWriter {
    private InnerStreamWriter() {}

    static void addTo(TypeSpec.Builder type, OuterMapModel map) {
        if (map.inner().map().kind() == MapKind.RINGBUF) {
            type.addMethod(ringBuffers(map));
        }
        if (map.inner().map().isPerfStream()) {
            type.addMethod(perfBuffers(map));
        }
    }

    private static MethodSpec ringBuffers(OuterMapModel map) {
        return consume(map)
                .addJavadoc(
                        "Takes every event out of the inner ring buffers and passes it to the action, with the key of its"
                                + " inner map. Events of one buffer come oldest first. Waits for the first event, at most for the"
                                + " timeout.\n\n")
                .addJavadoc("@return the number of events\n")
                .addStatement("return consumeInners(this, timeout, action)")
                .build();
    }

    private static MethodSpec perfBuffers(OuterMapModel map) {
        return consume(map)
                .addJavadoc(
                        "Takes every event out of the buffers of the inner maps and passes it to the action, with the key of"
                                + " its inner map. Events of one CPU come oldest first. Waits for the first event, at most for the"
                                + " timeout. Opens the inner maps that are not open yet.\n\n")
                .addJavadoc("@param lost receives the number of lost events of an inner map, if some were lost\n")
                .addJavadoc("@return the number of events\n")
                .addParameter(
                        ParameterizedTypeName.get(ClassName.get(ObjLongConsumer.class), supertypeOfKey(map)), "lost")
                .addStatement("return consumeInnerEvents(this, timeout, action, lost)")
                .build();
    }

    private static MethodSpec.Builder consume(OuterMapModel map) {
        return MethodSpec.methodBuilder("consume")
                .addModifiers(Modifier.PUBLIC)
                .returns(TypeName.LONG)
                .addParameter(Duration.class, "timeout")
                .addParameter(
                        ParameterizedTypeName.get(
                                ClassName.get(BiConsumer.class),
                                supertypeOfKey(map),
                                WildcardTypeName.supertypeOf(map.inner().record())),
                        "action")
                .addException(InterruptedException.class);
    }

    private static WildcardTypeName supertypeOfKey(OuterMapModel map) {
        return WildcardTypeName.supertypeOf(map.key().javaType().box());
    }
}
