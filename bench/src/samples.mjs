import { spread } from './statistics.mjs'

/** Figures by who gave them and under what, a sample a round. */
export const createSamples = () => {
  const all = new Map()
  const of = (name, load) => all.get(`${name} ${load}`) ?? []
  return {
    add: (name, load, figures) => { all.set(`${name} ${load}`, [...of(name, load), figures]) },
    has: (name, load) => of(name, load).length > 0,
    of,
    /** Median and spread of one figure. Undefined without samples. */
    figure: (name, load, figure) => spread(of(name, load).map((sample) => sample[figure])),
  }
}

/** One value against another, round by round: neighbours in time meet the same machine. Undefined where one side has no samples. */
export const ratios = (ours, theirs) =>
  spread(ours.slice(0, theirs.length).map((value, index) => value / theirs[index]).filter(Number.isFinite))
