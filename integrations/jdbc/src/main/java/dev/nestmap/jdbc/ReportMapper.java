/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.MissReport;

/**
 * Turns a report of misses into rows.
 *
 * @param <K> type of the outer map's keys
 */
@FunctionalInterface
public interface ReportMapper<K> {
    /**
     * Adds the rows of a report, for example one for each key of {@link MissReport#missed}. If it throws, nothing of the report is stored, and
     * it comes again. It may be called several times for a report, because the database may ask for another try.
     *
     * @param rows receives the rows
     * @param report the report
     * @throws Exception if the report can't be stored
     */
    void map(Rows rows, MissReport<K> report) throws Exception;
}
