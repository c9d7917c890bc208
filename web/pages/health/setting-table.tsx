import { Scroll } from '../../views/scroll.tsx';
import type { SettingList } from './health.tsx';

/** The settings in effect; those that are not the default are in bold. */
export function SettingTable({ settings }: SettingList) {
  return (
    <section aria-labelledby="settings">
      <h2 id="settings">
        Settings in effect <span class="quiet">in bold what is not the default</span>
      </h2>
      <Scroll label="Table of settings">
        <table>
          <thead>
            <tr>
              <th scope="col">setting</th>
              <th scope="col">value</th>
              <th scope="col">unit</th>
              <th scope="col">what it does</th>
            </tr>
          </thead>
          <tbody>
            {settings.map(({ variable, value, default: usual, unit, description }) => (
              <tr key={variable} data-setting={variable}>
                <th scope="row">{variable}</th>
                <td class="clipped" title={value}>
                  {value === usual ? value : <b>{value}</b>}
                </td>
                <td>{unit}</td>
                <td class="wrapped">{description}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
