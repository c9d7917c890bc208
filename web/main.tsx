import './styles.css';
import './pages/pages.css';
import './pages/lake/lake.css';
import './pages/models/models.css';
import './views/streams-table.css';
import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html: expected an element with the id app, found none');
root.replaceChildren();
render(<App />, root);
