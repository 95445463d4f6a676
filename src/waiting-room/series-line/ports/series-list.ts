/** Which series there are. */
export interface SeriesList {
  exists(seriesId: number): boolean;
  all(): readonly number[];
}
