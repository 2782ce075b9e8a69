/* SPDX-License-Identifier: Apache-2.0 */
import dev.nestmap.processor.NestmapProcessor;
import javax.annotation.processing.Processor;

/** The annotation processor. It is for the compiler, so it exports nothing. */
@SuppressWarnings("requires-automatic")
module dev.nestmap.processor {
    requires dev.nestmap.annotations;
    requires dev.nestmap.header;
    requires dev.nestmap.schema;
    requires java.compiler;
    requires org.jspecify;
    requires static com.google.auto.service; // an annotation of the source code

    provides Processor with
            NestmapProcessor;
}
