/* SPDX-License-Identifier: Apache-2.0 */
import dev.nestmap.processor.NestmapProcessor;
import javax.annotation.processing.Processor;

/** The annotation processor. It is for the compiler, so it exports nothing. */
@SuppressWarnings("requires-automatic")
module dev.nestmap.processor {
    requires java.compiler;
    requires static com.google.auto.service; // an annotation of the source code

    provides Processor with
            NestmapProcessor;
}
