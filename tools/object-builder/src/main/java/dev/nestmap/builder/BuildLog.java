/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

/** Receives the messages of a build. A message may have several lines, for example the source line of a compiler error. */
public interface BuildLog {
    /** Reports progress. */
    void info(String message);

    /** Reports something that is probably wrong and does not fail the build. */
    void warn(String message);

    /** Reports an error. The build fails after all errors have been reported. */
    void error(String message);
}
